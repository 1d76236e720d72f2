using System.Reflection;
using Akka.Actor;
using PgPubSub.Actors;

namespace PgPubSub.Fuzz.Tests.Messages;

/// <summary>What the hub is told and what each of it is answered with, as its summary says.</summary>
internal static class Requests
{
    public static readonly IReadOnlyDictionary<Type, Type[]> Answered = new Dictionary<Type, Type[]>
    {
        [typeof(Publish)] = [typeof(Published), typeof(PublishRejected)],
        [typeof(PublishAll)] = [typeof(PublishedAll), typeof(PublishRejected)],
        [typeof(PublishEach)] = [typeof(PublishedEach), typeof(PublishRejected)],
        [typeof(Subscribe)] = [typeof(Subscribed), typeof(SubscribeRejected)],
        [typeof(Unsubscribe)] = [typeof(Unsubscribed)],
        [typeof(SubscribePattern)] = [typeof(PatternSubscribed), typeof(PatternRejected)],
        [typeof(UnsubscribePattern)] = [typeof(PatternUnsubscribed)],
        [typeof(DropPattern)] = [typeof(PatternDropped), typeof(PatternRejected)],
        [typeof(PauseGroup)] = [typeof(GroupPaused), typeof(GroupRefused)],
        [typeof(ResumeGroup)] = [typeof(GroupResumed), typeof(GroupRefused)],
        [typeof(SeekGroup)] = [typeof(GroupSought), typeof(GroupRefused)],
        [typeof(DropGroup)] = [typeof(GroupDropped), typeof(GroupRefused)],
        [typeof(ListGroups)] = [typeof(GroupList), typeof(ListRefused)],
        [typeof(AlterTopic)] = [typeof(TopicAltered), typeof(TopicRefused)],
        [typeof(ClearTopic)] = [typeof(TopicCleared), typeof(TopicRefused)],
        [typeof(DropTopic)] = [typeof(TopicDropped), typeof(TopicRefused)],
        [typeof(ListTopics)] = [typeof(TopicList), typeof(ListRefused)],
        [typeof(ListDeadLetters)] = [typeof(DeadLetterPage), typeof(ListRefused)],
        [typeof(RedriveDeadLetters)] = [typeof(DeadLettersRedriven), typeof(DeadLettersRefused)],
        [typeof(PurgeDeadLetters)] = [typeof(DeadLettersPurged), typeof(DeadLettersRefused)],
        [typeof(ReadHistory)] = [typeof(HistoryPage), typeof(HistoryRefused)],
        [typeof(Flush)] = [typeof(Flushed), typeof(FlushIncomplete)],
        [typeof(GetHealth)] = [typeof(Health)],
    };

    /// <summary>What nobody is answered for, what the hub answers with, and what messages are made of.</summary>
    public static readonly IReadOnlySet<Type> Others = Answered.Values.SelectMany(kinds => kinds).Concat(
    [
        typeof(WatchOutages), typeof(OutageBegan), typeof(OutageEnded), typeof(AnswerConfirmed), typeof(AnswerRefused), typeof(DeliveryRevoked), typeof(SubscriptionEnded),
        typeof(HistoryTrimmed), typeof(HistoryRewound), typeof(BacklogTrimmed), typeof(DeadLetter), typeof(DeadLettersWhere), typeof(EventBytes),
    ]).ToHashSet();

    /// <summary>The public records of the package, and the answers to deliveries.</summary>
    public static IEnumerable<Type> Public => typeof(Publish).Assembly.GetExportedTypes()
        .Where(type => type is { IsAbstract: false, IsClass: true } && (type.GetMethod("<Clone>$") is not null || type.IsAssignableTo(typeof(IAnswer))));

    /// <summary>The parameters that a message is made of.</summary>
    public static ParameterInfo[] ParametersOf(Type message) => Constructor(message)?.GetParameters() ?? [];

    public static object Make(Type message, IReadOnlyList<object?> values)
    {
        try
        {
            return Constructor(message) is { } constructor ? constructor.Invoke([.. values]) : message.GetField("Instance")!.GetValue(null)!;
        }
        catch (TargetInvocationException e) when (e.InnerException is { } cause)
        {
            throw cause;
        }
    }

    private static ConstructorInfo? Constructor(Type message) => message.GetConstructors().MaxBy(constructor => constructor.GetParameters().Length);
}
