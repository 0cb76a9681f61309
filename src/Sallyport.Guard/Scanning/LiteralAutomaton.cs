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
    private readonly int shift = 1;
    private readonly int firstAccepting;
    private readonly int[][] outputs;
    private readonly int longest = 1;

    // Plain loops over flat arrays: this runs at every start, before any of it has been compiled to fast code.
    public LiteralAutomaton(byte[][] literals)
    {
        var nodes = 1;
        foreach (var literal in literals)
        {
            nodes += literal.Length;
            longest = Math.Max(longest, literal.Length);
            foreach (var b in literal) classes[Fold(b)] = 1;
        }
        if (longest > MaxLiteral) throw new ArgumentException($"a literal is longer than {MaxLiteral} bytes", nameof(literals));
        if (nodes > ushort.MaxValue) throw new ArgumentException("too many literals for 16-bit states", nameof(literals));
        byte count = 1;
        for (var b = 0; b < 256; b++)
        {
            if (classes[b] != 0) classes[b] = count++;
        }
        for (var b = (int)'A'; b <= 'Z'; b++) classes[b] = classes[b + 32];
        while (1 << shift < count) shift++;

        var trie = new ushort[nodes << shift];
        var firstEnd = new int[nodes];
        var nextEnd = new int[literals.Length];
        var states = Plant(literals, trie, firstEnd, nextEnd);
        var fail = new int[states];
        var order = Complete(trie, states, fail);

        // Accepting states come last, so that one comparison tells; within both kinds, shallow states, which are met
        // most, stand together.
        outputs = new int[states][];
        var renumbered = new ushort[states];
        var isAccepting = new bool[states];
        foreach (var state in order) isAccepting[state] = firstEnd[state] != 0 || isAccepting[fail[state]];
        var number = 0;
        foreach (var state in order)
        {
            if (!isAccepting[state]) renumbered[state] = (ushort)number++;
        }
        firstAccepting = number;
        foreach (var state in order)
        {
            if (!isAccepting[state]) continue;
            renumbered[state] = (ushort)number;
            outputs[number++] = Ends(firstEnd[state], nextEnd, fail[state] == 0 ? [] : outputs[renumbered[fail[state]]] ?? []);
        }
        next = new ushort[states << shift];
        foreach (var state in order)
        {
            var (from, to) = (state << shift, renumbered[state] << shift);
            for (var c = 0; c < 1 << shift; c++) next[to + c] = renumbered[trie[from + c]];
        }
    }

    /// <summary>Adds all literals to the trie; returns how many states it has. 0 stands for "no child", as the root is nobody's.</summary>
    private int Plant(byte[][] literals, ushort[] trie, int[] firstEnd, int[] nextEnd)
    {
        var states = 1;
        for (var id = 0; id < literals.Length; id++)
        {
            var state = 0;
            foreach (var b in literals[id])
            {
                ref var child = ref trie[(state << shift) + classes[Fold(b)]];
                if (child == 0) child = (ushort)states++;
                state = child;
            }
            nextEnd[id] = firstEnd[state];
            firstEnd[state] = id + 1;
        }
        return states;
    }

    /// <summary>Turns the trie into an automaton, breadth first; returns that order.</summary>
    private int[] Complete(ushort[] trie, int states, int[] fail)
    {
        var order = new int[states];
        var known = 1;
        for (var at = 0; at < known; at++)
        {
            var state = order[at];
            var (row, onFail) = (state << shift, fail[state] << shift);
            for (var c = 0; c < 1 << shift; c++)
            {
                var child = trie[row + c];
                if (child == 0)
                {
                    trie[row + c] = state == 0 ? (ushort)0 : trie[onFail + c];
                    continue;
                }
                fail[child] = state == 0 ? 0 : trie[onFail + c];
                order[known++] = child;
            }
        }
        return order;
    }

    private static int[] Ends(int first, int[] nextEnd, int[] inherited)
    {
        var count = inherited.Length;
        for (var end = first; end != 0; end = nextEnd[end - 1]) count++;
        var ends = new int[count];
        var at = 0;
        for (var end = first; end != 0; end = nextEnd[end - 1]) ends[at++] = end - 1;
        inherited.CopyTo(ends, at);
        return ends;
    }

    /// <summary>Size of the transition table.</summary>
    public int TableBytes => next.Length * sizeof(ushort);

    /// <summary>The literals (indexes) that end where this state was reached.</summary>
    public int[] Literals(int state) => outputs[state];

    /// <summary>Places where at least one literal ends: the index just past it, and the state for <see cref="Literals"/>.</summary>
    internal sealed class HitList
    {
        private int[] ends = new int[64];
        private int[] states = new int[64];

        public int Count { get; private set; }

        public (int End, int State) this[int index] => (ends[index], states[index]);

        public void Clear() => Count = 0;

        public void Add(int end, int state)
        {
            if (Count == ends.Length)
            {
                Array.Resize(ref ends, 2 * Count);
                Array.Resize(ref states, 2 * Count);
            }
            ends[Count] = end;
            states[Count++] = state;
        }
    }

    /// <summary>Bytes handed to one search at the most; keeps the hit list small.</summary>
    public const int BlockBytes = 64 * 1024;

    /// <summary>Longer literals are refused.</summary>
    public const int MaxLiteral = 256;

    /// <summary>Adds every literal that ends in (<paramref name="from"/>, <paramref name="to"/>] to <paramref name="hits"/>, in no order.</summary>
    public void Find(ReadOnlySpan<byte> text, int from, int to, HitList hits) => Find(text, from, to, [hits, hits, hits, hits]);

    /// <summary>As above; the four lists, one after the other, hold the hits in the order of the text.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Find(ReadOnlySpan<byte> text, int from, int to, HitList[] hits)
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
                if (s0 >= accepting) hits[0].Add(a + i + 1, s0);
                if (s1 >= accepting) hits[1].Add(b + i + 1, s1);
                if (s2 >= accepting) hits[2].Add(c + i + 1, s2);
                if (s3 >= accepting) hits[3].Add(d + i + 1, s3);
            }
        }
        var state = s3;
        for (var i = d + lane; i < to; i++)
        {
            state = next[(state << shift) + classes[text[i]]];
            if (state >= firstAccepting) hits[3].Add(i + 1, state);
        }
    }

    private void Walk(ReadOnlySpan<byte> text, int from, int to, HitList hits)
    {
        var state = Warm(text, from);
        for (var i = from; i < to; i++)
        {
            state = next[(state << shift) + classes[text[i]]];
            if (state >= firstAccepting) hits.Add(i + 1, state);
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
}
