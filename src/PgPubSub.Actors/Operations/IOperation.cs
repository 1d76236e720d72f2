namespace PgPubSub.Actors.Operations;

/// <summary>What an operator asks for: the hub hands it to the actor that talks with the store.</summary>
internal interface IOperation;

/// <summary>An operation on one topic.</summary>
internal interface ITopicOperation : IOperation
{
    string Topic { get; }
}

/// <summary>An operation on one group.</summary>
internal interface IGroupOperation : ITopicOperation
{
    string Group { get; }
}
