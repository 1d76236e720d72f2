using System.Collections;

namespace PgPubSub.InMemory.Leases;

/// <summary>A claimed page and which of it is settled.</summary>
internal sealed class LeaseRow(long lo, long hi, Guid token, Guid node)
{
    private readonly BitArray _settled = new((int)(hi - lo));

    public long Lo => lo;

    public long Hi => hi;

    public Guid Token => token;

    public Guid Node => node;

    /// <summary>How many of its offsets are not settled.</summary>
    public int Open { get; private set; } = (int)(hi - lo);

    public bool Covers(long offset) => offset >= lo && offset < hi;

    public bool IsOpen(long offset) => !_settled[(int)(offset - lo)];

    /// <summary>Settles an offset. False where it was settled before.</summary>
    public bool Settle(long offset)
    {
        if (!IsOpen(offset))
            return false;
        _settled[(int)(offset - lo)] = true;
        Open--;
        return true;
    }

    public IEnumerable<long> OpenOffsets()
    {
        for (var offset = lo; offset < hi; offset++)
        {
            if (IsOpen(offset))
                yield return offset;
        }
    }
}
