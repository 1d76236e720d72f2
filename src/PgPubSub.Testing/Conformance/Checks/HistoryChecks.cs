using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using static PgPubSub.Testing.Conformance.Answers;

namespace PgPubSub.Testing.Conformance.Checks;

/// <summary>R3, R4, R6 and R7 together: long histories of claims, answers, deaths and returns, told by a model that knows what may be handed out.</summary>
internal static class HistoryChecks
{
    private const int Steps = 150, MostAttempts = 5;

    public static StoreCheck[] All { get; } =
    [
        .. Enumerable.Range(1, 4).Select(seed => new StoreCheck(
            "R3", $"Through history {seed} each event is acked or dead in the end, owned by one at a time, and comes with a higher attempt each time",
            bench => new History(bench, seed).RunAsync())),
    ];

    private sealed class History(Bench bench, int seed)
    {
        private readonly Random _random = new(seed);
        private readonly Dictionary<long, Known> _known = [];
        private readonly List<Held> _held = [];
        private readonly List<Guid> _nodes = [];
        private TopicId _topic;
        private GroupKey _group;

        public async Task RunAsync()
        {
            (_topic, _group, var first) = await bench.SetAsync(events: 5);
            _nodes.Add(first);
            for (var i = 0; i < Steps; i++)
                await StepAsync(_random.Next(10));
            while (_held.Count > 0)
                await AnswerAsync(ackOnly: true);
            while (await TakeAsync(suspects: null) + await TakeAsync(suspects: false) + await TakeAsync(suspects: true) > 0)
            {
                while (_held.Count > 0)
                    await AnswerAsync(ackOnly: true);
            }

            var tail = (await bench.StateAsync(_topic)).Tail;
            Expect.SameList(Bench.Range(0, tail), _known.Keys.Order(), "What was handed out in the end");
            Expect.That(_known.Values.All(k => k.Acked || k.Dead), "An event was neither acked nor buried in the end.");
            var dead = (await bench.DeadAsync(_topic)).Select(d => d.Event.Offset).Order();
            Expect.SameList(_known.Where(k => k.Value.Dead).Select(k => k.Key).Order(), dead, "Dead letters");
        }

        private async Task StepAsync(int what)
        {
            switch (what)
            {
                case 0:
                    await bench.AppendAsync(_topic, 1 + _random.Next(5));
                    break;
                case 1:
                    _nodes.Add(await bench.NodeAsync());
                    break;
                case 2 when _nodes.Count > 0:
                    await LoseAsync(Any(_nodes), died: true);
                    break;
                case 3 when _nodes.Count > 1:
                    await LoseAsync(Any(_nodes), died: false);
                    break;
                case 4 when _held.Count > 0:
                    await ReturnAsync(Any(_held));
                    break;
                case 5:
                    await TakeAsync(suspects: null);
                    break;
                case 6:
                    await TakeAsync(suspects: _random.Next(2) == 0);
                    break;
                default:
                    await AnswerAsync(ackOnly: false);
                    break;
            }
        }

        // Null: a page of the log.
        private async Task<int> TakeAsync(bool? suspects)
        {
            if (_nodes.Count == 0)
                _nodes.Add(await bench.NodeAsync());
            var node = Any(_nodes);
            if (suspects is { } which)
            {
                var retries = await bench.RetriesAsync(_group, node, which ? 1 : 1 + _random.Next(5), which);
                foreach (var retry in retries.Retries)
                    Hold(new Held(node, retry.Token, retry.Event.Offset, retry.Attempts + 1, which, Page: null));
                return retries.Retries.Count;
            }

            var page = await bench.ClaimAsync(_group, node, most: 1 + _random.Next(6));
            foreach (var e in page.Events)
                Hold(new Held(node, page.Token, e.Offset, 1, Suspect: false, page));
            return page.Events.Count;
        }

        private void Hold(Held held)
        {
            var known = _known.TryGetValue(held.Offset, out var before) ? before : _known[held.Offset] = new Known();
            Expect.That(!known.Acked, $"Offset {held.Offset} was handed out after its ack was confirmed.");
            Expect.That(!known.Dead, $"Offset {held.Offset} was handed out after it was buried.");
            Expect.That(!_held.Exists(other => other.Offset == held.Offset), $"Offset {held.Offset} was handed out while it was out.");
            Expect.That(held.Attempt > known.Attempt, $"Offset {held.Offset} came with attempt {held.Attempt} after attempt {known.Attempt}.");
            // One more than are allowed: the last may have ended with a death in company.
            Expect.That(held.Attempt <= MostAttempts + 1, $"Offset {held.Offset} was handed out {held.Attempt} times where {MostAttempts} attempts are allowed.");
            known.Attempt = held.Attempt;
            _held.Add(held);
        }

        private async Task AnswerAsync(bool ackOnly)
        {
            if (_held.Count == 0)
                return;
            var held = Any(_held);
            var failed = ackOnly || _random.Next(3) > 0 ? null : held.Attempt >= MostAttempts ? Bury(held.Offset, held.Attempt) : Nack(held.Offset, held.Attempt);
            var settled = held.Page is { } page
                ? await bench.SettleAsync(_group, held.Node, failed is null ? page.Acked(held.Offset) : page.Failed(failed))
                : (await bench.Store.Deliveries.SettleAsync(_group, held.Node, [], [new RetrySettlement(held.Offset, held.Token, failed)])).Retries[0];
            Expect.That(settled, $"An answer of the owner of offset {held.Offset} came too late.");
            _held.Remove(held);
            (_known[held.Offset].Acked, _known[held.Offset].Dead) = (failed is null, failed is { Bury: true });
        }

        private async Task LoseAsync(Guid node, bool died)
        {
            if (died)
                await bench.DieAsync(node);
            else
                await bench.Store.Nodes.DepartAsync(node);
            _nodes.Remove(node);
            foreach (var held in _held.Where(h => h.Node == node))
                _known[held.Offset].Dead = (!died || held.Suspect) && held.Attempt >= MostAttempts;

            _held.RemoveAll(h => h.Node == node);
        }

        private async Task ReturnAsync(Held one)
        {
            var (lost, begun) = (_held.Where(h => h.Token == one.Token).ToList(), _random.Next(2) == 0);
            var back = lost.Count(held => !begun || held.Attempt < MostAttempts);
            Expect.Same(back, await bench.Store.Nodes.ReturnOrphansAsync(one.Node, [one.Token], begun ? [] : [one.Token]), "How many messages of a lost claim went back");
            foreach (var held in lost)
            {
                var known = _known[held.Offset];
                (known.Attempt, known.Dead) = (held.Attempt - (begun ? 0 : 1), begun && held.Attempt >= MostAttempts);
                _held.Remove(held);
            }
        }

        private T Any<T>(List<T> all) => all[_random.Next(all.Count)];
    }

    private sealed class Known
    {
        public int Attempt { get; set; }

        public bool Acked { get; set; }

        public bool Dead { get; set; }
    }

    private sealed record Held(Guid Node, Guid Token, long Offset, int Attempt, bool Suspect, ClaimedPage? Page);
}
