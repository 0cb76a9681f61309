using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sallyport.Guard.Scanning;

/// <summary>
/// Finds any of many literals in one pass over bytes, ASCII case ignored: an Aho-Corasick automaton with a dense
/// transition table over byte classes, run as four interleaved streams so that table loads overlap.
/// </summary>
internal sealed class LiteralAutomaton
{
    private readonly byte[] classes = new byte[256];
    private readonly ushort[] next;
    private readonly int shift;
    private readonly int firstAccepting;
    private readonly int[][] outputs;
    private readonly int longest;

    public LiteralAutomaton(IReadOnlyList<byte[]> literals)
    {
        longest = Math.Max(1, literals.Count == 0 ? 1 : literals.Max(l => l.Length));
        var count = 1;
        foreach (var b in literals.SelectMany(l => l).Select(Fold).Distinct().Order())
        {
            classes[b] = (byte)count;
            if (b is >= (byte)'a' and <= (byte)'z') classes[b - 32] = (byte)count;
            count++;
        }
        if (longest > MaxLiteral) throw new ArgumentException($"a literal is longer than {MaxLiteral} bytes", nameof(literals));
        shift = 1;
        while (1 << shift < count) shift++;

        // A trie first, then failure links breadth first; states are renumbered so that accepting ones come last.
        var stride = 1 << shift;
        var trie = new List<int[]> { NewRow(stride) };
        var ends = new List<List<int>?> { null };
        for (var id = 0; id < literals.Count; id++)
        {
            var state = 0;
            foreach (var b in literals[id])
            {
                ref var to = ref trie[state][classes[Fold(b)]];
                if (to < 0)
                {
                    to = trie.Count;
                    trie.Add(NewRow(stride));
                    ends.Add(null);
                }
                state = to;
            }
            (ends[state] ??= []).Add(id);
        }
        if (trie.Count > ushort.MaxValue) throw new ArgumentException("too many literals for 16-bit states", nameof(literals));

        var fail = new int[trie.Count];
        var queue = new Queue<int>();
        foreach (ref var to in trie[0].AsSpan())
        {
            if (to < 0) to = 0;
            else queue.Enqueue(to);
        }
        while (queue.TryDequeue(out var state))
        {
            var row = trie[state];
            if (ends[fail[state]] is { } inherited) (ends[state] ??= []).AddRange(inherited);
            for (var c = 0; c < stride; c++)
            {
                var onFail = trie[fail[state]][c];
                if (row[c] < 0) row[c] = onFail;
                else
                {
                    fail[row[c]] = onFail;
                    queue.Enqueue(row[c]);
                }
            }
        }

        var order = Enumerable.Range(0, trie.Count).OrderBy(s => ends[s] is null ? 0 : 1).ToArray();
        var renumbered = new int[trie.Count];
        for (var i = 0; i < order.Length; i++) renumbered[order[i]] = i;
        firstAccepting = order.Count(s => ends[s] is null);
        next = new ushort[trie.Count << shift];
        outputs = new int[trie.Count][];
        for (var i = 0; i < order.Length; i++)
        {
            outputs[i] = ends[order[i]]?.ToArray() ?? [];
            for (var c = 0; c < stride; c++) next[(i << shift) + c] = (ushort)renumbered[trie[order[i]][c]];
        }
    }

    /// <summary>Size of the transition table.</summary>
    public int TableBytes => next.Length * sizeof(ushort);

    /// <summary>The literals (indexes) that end where this hit's state was reached.</summary>
    public ReadOnlySpan<int> Literals(in Hit hit) => outputs[hit.State];

    /// <summary>A place where at least one literal ends.</summary>
    /// <param name="End">Index just past the literal.</param>
    /// <param name="State">For <see cref="Literals"/>.</param>
    public readonly record struct Hit(int End, int State);

    /// <summary>Bytes handed to one search at the most; keeps the hit list small.</summary>
    public const int BlockBytes = 64 * 1024;

    /// <summary>Longer literals are refused.</summary>
    public const int MaxLiteral = 256;

    /// <summary>Adds every literal that ends in (<paramref name="from"/>, <paramref name="to"/>] to <paramref name="hits"/>, in no order.</summary>
    public void Find(ReadOnlySpan<byte> text, int from, int to, List<Hit> hits) => Find(text, from, to, [hits, hits, hits, hits]);

    /// <summary>As above; the four lists, one after the other, hold the hits in the order of the text.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Find(ReadOnlySpan<byte> text, int from, int to, ReadOnlySpan<List<Hit>> hits)
    {
        var lane = (to - from) / 4;
        if (lane < 4 * longest)
        {
            Walk(text, from, to, hits[0]);
            return;
        }
        ref var bytes = ref MemoryMarshal.GetReference(text);
        ref var table = ref MemoryMarshal.GetArrayDataReference(next);
        ref var map = ref MemoryMarshal.GetArrayDataReference(classes);
        int a = from, b = from + lane, c = from + 2 * lane, d = from + 3 * lane;
        int s0 = Warm(text, a), s1 = Warm(text, b), s2 = Warm(text, c), s3 = Warm(text, d);
        var (bits, accepting) = (shift, firstAccepting);
        for (var i = 0; i < lane; i++)
        {
            s0 = Unsafe.Add(ref table, (nint)(uint)((s0 << bits) + Unsafe.Add(ref map, Unsafe.Add(ref bytes, a + i))));
            s1 = Unsafe.Add(ref table, (nint)(uint)((s1 << bits) + Unsafe.Add(ref map, Unsafe.Add(ref bytes, b + i))));
            s2 = Unsafe.Add(ref table, (nint)(uint)((s2 << bits) + Unsafe.Add(ref map, Unsafe.Add(ref bytes, c + i))));
            s3 = Unsafe.Add(ref table, (nint)(uint)((s3 << bits) + Unsafe.Add(ref map, Unsafe.Add(ref bytes, d + i))));
            if (Math.Max(Math.Max(s0, s1), Math.Max(s2, s3)) >= accepting)
            {
                if (s0 >= accepting) hits[0].Add(new Hit(a + i + 1, s0));
                if (s1 >= accepting) hits[1].Add(new Hit(b + i + 1, s1));
                if (s2 >= accepting) hits[2].Add(new Hit(c + i + 1, s2));
                if (s3 >= accepting) hits[3].Add(new Hit(d + i + 1, s3));
            }
        }
        var state = s3;
        for (var i = d + lane; i < to; i++)
        {
            state = next[(state << shift) + classes[text[i]]];
            if (state >= firstAccepting) hits[3].Add(new Hit(i + 1, state));
        }
    }

    private void Walk(ReadOnlySpan<byte> text, int from, int to, List<Hit> hits)
    {
        var state = Warm(text, from);
        for (var i = from; i < to; i++)
        {
            state = next[(state << shift) + classes[text[i]]];
            if (state >= firstAccepting) hits.Add(new Hit(i + 1, state));
        }
    }

    /// <summary>The state just before <paramref name="at"/>: only the last few bytes can matter.</summary>
    private int Warm(ReadOnlySpan<byte> text, int at)
    {
        var state = 0;
        for (var i = Math.Max(0, at - longest); i < at; i++) state = next[(state << shift) + classes[text[i]]];
        return state;
    }

    private static byte Fold(byte b) => b is >= (byte)'A' and <= (byte)'Z' ? (byte)(b + 32) : b;

    private static int[] NewRow(int stride)
    {
        var row = new int[stride];
        Array.Fill(row, -1);
        return row;
    }
}
