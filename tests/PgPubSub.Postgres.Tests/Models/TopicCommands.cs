using PgPubSub.Core.DeadLetters;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using PgPubSub.InMemory.DeadLetters;
using PgPubSub.InMemory.Topics;

namespace PgPubSub.Postgres.Tests.Models;

/// <summary>Calls for topics, their events and dead letters.</summary>
internal static class TopicCommands
{
    public static Command Ensure(int topic, Retention keep) => new($"topic {topic}", side => async stores =>
    {
        var state = await stores.Log.EnsureTopicAsync(side.TopicName(topic), keep, CancellationToken.None);
        var anew = side.Topic(topic) != state.Id;
        side.Know(topic, state.Id);
        return $"{(anew ? "another" : "the same")} {state.Floor} {state.Tail}";
    })
    {
        Locks = locks =>
        {
            if (locks.Memory.Topics.ContainsKey(locks.Side.TopicName(topic)))
                return;
            locks.Patterns(LockMode.Share);
            locks.Take($"name {topic}", LockMode.Exclusive);
        },
    };

    public static Command Append(int topic, long known, IReadOnlyList<NewEvent> events) => new($"append {events.Count} to {topic} after {known}", side =>
    {
        var id = side.Topic(topic);
        return async stores => $"{(await stores.Log.AppendAsync(id, known, events)).First}";
    })
    {
        Locks = locks => locks.Appends(topic),
    };

    /// <summary>Two appends in one transaction; it waits for a topic only for a while, so it comes first.</summary>
    public static Command Together(IReadOnlyList<(int Topic, long Known, IReadOnlyList<NewEvent> Events)> appends) => new($"append together to {appends.Count}", side =>
    {
        var all = appends.Select(append => (side.Topic(append.Topic), append.Known, append.Events)).ToList();
        return async stores => await stores.Together(all);
    })
    {
        MayInterleave = false,
        Locks = locks =>
        {
            foreach (var append in appends)
                locks.Appends(append.Topic);
        },
    };

    public static Command Read(int topic, long from, int most, long bytes) => new($"read {most} of {topic} from {from}", side =>
    {
        var id = side.Topic(topic);
        return async stores =>
        {
            var page = await stores.Log.ReadAsync(id, from, most, bytes, CancellationToken.None);
            var found = await stores.Log.FindTopicAsync(side.TopicName(topic), CancellationToken.None);
            return $"{Text(page)} {found?.Floor} {found?.Tail}";
        };
    });

    public static Command Locate(int topic, StartFrom from) => new($"locate {from} in {topic}", side =>
    {
        var id = side.Topic(topic);
        return async stores => $"{await stores.Log.LocateAsync(id, from, CancellationToken.None)}";
    })
    {
        Locks = locks => locks.TopicRow(topic, LockMode.Share),
    };

    public static Command List() => new("list topics and groups", side => async stores =>
    {
        var topics = (await stores.Topics.ListTopicsAsync(side.TopicName(0), CancellationToken.None)).Select(t => $"{t.Floor} {t.Tail} {t.DeadLetters}");
        return string.Join(", ", topics);
    });

    public static Command Alter(int topic, Retention keep) => new($"keep {keep} of {topic}", side =>
    {
        var id = side.Topic(topic);
        return async stores =>
        {
            await stores.Topics.AlterTopicAsync(id, keep);
            return "done";
        };
    })
    {
        Locks = locks => locks.TopicRow(topic, LockMode.Update),
    };

    public static Command GrowOlder() => new("all grows older", side => async _ =>
    {
        await side.GrowOlderAsync(TimeSpan.FromHours(2));
        return "done";
    })
    {
        MayInterleave = false,
    };

    public static Command Trim(int topic) => new($"trim {topic}", side =>
    {
        var id = side.Topic(topic);
        return async stores =>
        {
            var did = await stores.Topics.TrimAsync(id, CancellationToken.None);
            return new Answer($"{did.Before} {did.Floor} {did.Forced}", $"{did.DeadLetters}");
        };
    })
    {
        Takes = true, Locks = locks => locks.TopicRow(topic, LockMode.Exclusive),
    };

    public static Command Clear(int topic) => new($"clear {topic}", side =>
    {
        var id = side.Topic(topic);
        return async stores => $"{await stores.Topics.ClearTopicAsync(id, CancellationToken.None)}";
    })
    {
        Takes = true,
        Locks = locks =>
        {
            if (locks.TopicRow(topic, LockMode.Exclusive) is not null)
                locks.Appends(topic);
        },
    };

    public static Command Drop(int topic) => new($"drop {topic}", side =>
    {
        var id = side.Topic(topic);
        return async stores =>
        {
            await stores.Topics.DropTopicAsync(id, CancellationToken.None);
            return "done";
        };
    })
    {
        Takes = true,
        ChangesLater = true,
        Locks = locks =>
        {
            if (locks.TopicRow(topic, LockMode.Exclusive) is not { } row)
                return;
            locks.Appends(topic);
            foreach (var group in row.Groups.Values)
            {
                locks.Group(group);
                locks.GroupRow(row, group.Name, LockMode.Exclusive);
            }
        },
    };

    public static Command BuryPrivate(int topic, string subscriber, long offset) => new($"bury {offset} of {topic} for {subscriber}", side =>
    {
        var id = side.Topic(topic);
        return async stores =>
        {
            await stores.Deliveries.BuryPrivateAsync(id, subscriber, new Core.Deliveries.Failure(offset, 5, TimeSpan.Zero, "it failed", Bury: true));
            return "done";
        };
    })
    {
        Locks = locks =>
        {
            if (locks.Memory.TopicsById.GetValueOrDefault(locks.Side.Topic(topic)) is not { } row || row.Log.Find(offset) is null)
                return;
            var there = row.DeadLetters.That(new DeadLetterFilter(row.Id) { Subscriber = subscriber }).FirstOrDefault(letter => letter.Group is null && letter.Letter.Event.Offset == offset);
            if (there is null)
                locks.Take($"burial {row.Name} {subscriber} {offset}", LockMode.Exclusive);
            else
                locks.Take($"letter {row.Name} {there.Letter.Id}", LockMode.Share);
        },
    };

    public static Command ListLetters(int topic) => new($"list the dead letters of {topic}", side =>
    {
        var id = side.Topic(topic);
        return async stores =>
        {
            var all = await stores.DeadLetters.ListDeadLettersAsync(new DeadLetterFilter(id), 0, 1_000, long.MaxValue, CancellationToken.None);
            return string.Join(", ", all.Select(d => $"{d.Event.Offset} {d.Subscriber} {d.Attempts}").Order(StringComparer.Ordinal));
        };
    });

    public static Command Redrive(int topic, string? subscriber, int most) => new($"redrive {most} of {topic} for {subscriber}", side =>
    {
        var id = side.Topic(topic);
        return async stores =>
        {
            var did = await stores.DeadLetters.RedriveAsync(new DeadLetterFilter(id) { Subscriber = subscriber }, 0, most);
            return $"{did.Done} {did.Skipped} {did.Next}";
        };
    })
    {
        Locks = locks =>
        {
            if (locks.Memory.TopicsById.GetValueOrDefault(locks.Side.Topic(topic)) is not { } row)
                return;
            var letters = row.DeadLetters.That(new DeadLetterFilter(row.Id) { Subscriber = subscriber }).GroupBy(letter => letter.Letter.Event.Offset).OrderBy(at => at.Key).Take(most);
            foreach (var letter in letters.SelectMany(at => at))
                Redrive(locks, row, letter);
        },
    };

    private static void Redrive(Locks locks, TopicRow topic, DeadLetterRow letter)
    {
        var offset = letter.Letter.Event.Offset;
        if (letter.Group is null || topic.FindGroup(letter.Letter.Subscriber) is not { } group)
            return;
        locks.Group(group);
        if (offset >= group.Position || group.IsLeased(offset))
            return;
        locks.Take($"letter {topic.Name} {letter.Letter.Id}", LockMode.Exclusive);
        if (group.Retries.Find(offset) is { } retry)
            locks.Take(MemoryContents.KeyOf(group, retry), LockMode.Share);
    }

    /// <summary>Step by step until nothing is left, as whoever purges does.</summary>
    public static Command Purge(int topic, string? subscriber) => new($"purge {topic} for {subscriber}", side =>
    {
        var id = side.Topic(topic);
        return async stores =>
        {
            var done = 0;
            for (long? from = 0; from is { } next;)
            {
                var did = await stores.DeadLetters.PurgeAsync(new DeadLetterFilter(id) { Subscriber = subscriber }, next, 1_000);
                (done, from) = (done + did.Done, did.Next);
            }

            return $"{done}";
        };
    });

    private static string Text(IReadOnlyList<StoredEvent> events) => $"[{string.Join(", ", events.Select(e => $"{e.Offset} {e.Id}"))}]";
}
