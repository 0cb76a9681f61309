using System.Text;
using System.Text.Json;

namespace Sallyport.Guard.Audit;

/// <summary>
/// Follows the lines of a log one by one and names those that are changed, gone, foreign or out of place. With the key, a line's own
/// mark tells whether it was written by the ledger, so that a fault stays with its entry; without it, only the chain does.
/// </summary>
internal sealed class LedgerLines(List<LedgerFault> faults, List<string> remarks, bool hasMarks)
{
    private readonly SortedSet<long> gone = [];
    private long expected;
    private long foreign;
    private bool broken;

    /// <summary>How many entries there should be by what the lines say.</summary>
    public long Expected => expected;

    /// <summary>Whether the last lines were foreign: what is wrong with them is told with the next genuine one.</summary>
    public bool HasForeign => foreign > 0;

    public void Take(ReadOnlySpan<byte> line, bool isGenuine, long sequence, bool follows)
    {
        if (!isGenuine)
        {
            foreign++;
            return;
        }
        var gap = sequence - expected;
        if (gap < 0)
        {
            Foreign(0);
            // Lines that came too late are those that seemed to be gone.
            var late = gone.Remove(sequence);
            if (late) faults.RemoveAll(f => f.Kind is LedgerFaultKind.Removed && f.From == sequence && f.Until == sequence + 1);
            Add(LedgerFaultKind.Moved, sequence, sequence + 1, late ? $"entry {sequence} stands after entry {expected - 1}" : $"entry {sequence} stands once more after entry {expected - 1}");
            broken = true;
            return;
        }
        if (foreign == 1 && gap == 1 && follows && Torn(line) == expected)
        {
            remarks.Add($"entry {expected} is a torn line; who wrote it died or the power went; entry {sequence} seals it");
            foreign = 0;
        }
        else if (gap > 0 || foreign > 0)
        {
            Foreign(gap);
            broken = true;
        }
        else if (!follows && !broken)
        {
            Add(LedgerFaultKind.Changed, Math.Max(0, sequence - 1), sequence, sequence == 0 ? "the first entry names an entry before it" : $"entry {sequence - 1} was changed: entry {sequence} does not follow from it");
            broken = true;
        }
        else if (follows) broken = false;
        if (Lost(line) is var (from, until)) Add(LedgerFaultKind.Truncated, from, until, $"entries {from} to {until - 1} are gone: entry {sequence} noticed it, after a power cut or when somebody had cut the log");
        expected = sequence + 1;
    }

    /// <summary>When all lines were read: <paramref name="known"/> is how many entries are known to have been there.</summary>
    public void End(long known)
    {
        if (foreign > 0) Foreign(Math.Min(foreign, Math.Max(0, known - expected)));
    }

    // Lines that nobody with the key wrote, where this many entries are missing.
    private void Foreign(long missing)
    {
        var changed = Math.Min(foreign, missing);
        if (changed == 1) Add(LedgerFaultKind.Changed, expected, expected + 1, $"entry {expected} was changed");
        else if (changed > 1) Add(LedgerFaultKind.Changed, expected, expected + changed, $"entries {expected} to {expected + changed - 1} were changed");
        for (var at = expected + changed; at < expected + missing && gone.Count < 10_000; at++) gone.Add(at);
        if (missing - changed == 1) Add(LedgerFaultKind.Removed, expected + changed, expected + missing, $"entry {expected + changed} was removed");
        else if (missing > changed) Add(LedgerFaultKind.Removed, expected + changed, expected + missing, $"entries {expected + changed} to {expected + missing - 1} were removed");
        if (foreign > missing) Add(LedgerFaultKind.Inserted, expected + missing, expected + missing, $"{(foreign - missing == 1 ? "a line" : $"{foreign - missing} lines")} before entry {expected + missing} {(hasMarks ? "was not written with this ledger's key" : "is no entry")}");
        foreign = 0;
        expected += missing;
    }

    private void Add(LedgerFaultKind kind, long from, long until, string message) => faults.Add(new LedgerFault(kind, from, until, message));

    private static long? Torn(ReadOnlySpan<byte> line) => Data(line) is { } data && data.TryGetValue("torn", out var torn) ? torn : null;

    private static (long From, long Until)? Lost(ReadOnlySpan<byte> line) =>
        Data(line) is { } data && data.TryGetValue("from", out var from) && data.TryGetValue("until", out var until) && until > from ? (from, until) : null;

    private static Dictionary<string, long>? Data(ReadOnlySpan<byte> line)
    {
        if (line.IndexOf("\"kind\":\"seal\""u8) is < 0 or > 200) return null;
        try
        {
            using var json = JsonDocument.Parse(Encoding.UTF8.GetString(line));
            var numbers = new Dictionary<string, long>(StringComparer.Ordinal);
            foreach (var member in json.RootElement.GetProperty("data").EnumerateObject())
                if (member.Value.ValueKind == JsonValueKind.Number && member.Value.TryGetInt64(out var number)) numbers[member.Name] = number;
            return numbers;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
