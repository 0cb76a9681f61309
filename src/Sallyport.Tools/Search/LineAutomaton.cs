using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Op = Sallyport.Tools.Search.PatternProgram.Op;

namespace Sallyport.Tools.Search;

/// <summary>
/// Finds the lines that match by reading each byte once: an automaton whose states are made when the text first asks for them.
/// ASCII goes by one table; other characters, and bytes that are none, become the UTF-16 units that .NET's engine would see and go by
/// another, so that both always agree. One thread's own. It forgets its states when they grow too many, and gives up when they come too fast.
/// </summary>
internal sealed class LineAutomaton
{
    /// <summary>No line matches.</summary>
    public const int None = -1;

    /// <summary>This pattern over this text makes too many states: another way is quicker.</summary>
    public const int Exhausted = -2;

    private const int Unknown = -1, Matched = -2, Slow = -3;
    private const int MostCells = 1 << 19, MostPoor = 3, BytesForState = 10;
    private const byte LineEnd = 0;

    private readonly PatternProgram program;
    private readonly byte[] columns = new byte[256];
    private readonly Kind[] kinds;
    private readonly byte carriage;
    private readonly byte slow;
    private readonly int shift;
    private readonly Dictionary<State, int> numbers = [];
    private readonly Marks now, then;
    private readonly int[] stack;
    private readonly bool startsMatched;
    private State[] states = new State[16];
    private int[] table;
    private WideTable? wide;
    private SearchValues<byte>? leaving;
    private int skips, poor;
    private long skipped, read, readBefore;
    private bool found;

    public LineAutomaton(PatternProgram program)
    {
        this.program = program;
        (now, then, stack) = (new Marks(program.Steps.Count), new Marks(program.Steps.Count), new int[2 * program.Steps.Count + 2]);
        var all = new List<Kind> { new(0, IsWord: false) };
        for (var unit = 0; unit < 128; unit++) if (unit is not '\n') columns[unit] = (byte)Place(all, KindOf((char)unit));
        // What follows decides about a carriage return, so its column and that of all that is not ASCII leave the loop.
        (carriage, slow) = (columns['\r'], (byte)all.Count);
        all.Add(all[0]);
        columns['\r'] = slow;
        columns.AsSpan(128).Fill(slow);
        (kinds, shift) = ([.. all], BitOperations.Log2((uint)all.Count - 1) + 1);
        table = new int[states.Length << shift];
        Begin();
        startsMatched = found;
        if (!program.HasPlaces && !startsMatched) leaving = Leaving();
    }

    /// <summary>Too many states came and went.</summary>
    public bool IsExhausted => poor >= MostPoor;

    private int MostStates => Math.Clamp(MostCells >> shift, 200, 4000);

    private enum Side : byte { Start, Word, Other, End }

    /// <param name="Sets">A bit for each set that has the unit.</param>
    /// <param name="IsWord">At a word's edge.</param>
    private sealed record Kind(ulong Sets, bool IsWord);

    /// <summary>Steps that wait for a unit or a place, and what stood before where that matters.</summary>
    private sealed class State(int[] steps, bool hasPlaces, Side before) : IEquatable<State>
    {
        private readonly int hash = HashOf(steps, before);

        public int[] Steps => steps;

        public bool HasPlaces => hasPlaces;

        public Side Before => before;

        public bool Equals(State? other) => other is not null && before == other.Before && steps.AsSpan().SequenceEqual(other.Steps);

        public override bool Equals(object? obj) => Equals(obj as State);

        public override int GetHashCode() => hash;

        private static int HashOf(int[] steps, Side before)
        {
            var hash = (uint)before + 17;
            foreach (var step in steps) hash = (hash * 16777619) ^ (uint)step;
            return (int)hash;
        }
    }

    /// <summary>Steps that were visited.</summary>
    private sealed class Marks(int size)
    {
        private readonly int[] at = new int[size];
        private readonly int[] list = new int[size];

        public int Count { get; private set; }

        public int this[int index] => list[index];

        public void Clear() => Count = 0;

        public bool Add(int step)
        {
            var place = at[step];
            if (place < Count && list[place] == step) return false;
            at[step] = Count;
            list[Count++] = step;
            return true;
        }
    }

    /// <summary>Where units beyond ASCII lead, by kinds of their own.</summary>
    private sealed class WideTable
    {
        public const byte NotKept = 255;

        public readonly byte[] Columns = new byte[1 << 16];

        /// <summary>From 1.</summary>
        public readonly List<Kind> Kinds = [new Kind(0, IsWord: false)];

        public int Shift = 3;

        public int[] Cells = [];

        /// <summary>For so many states, nothing known.</summary>
        public void Clear(int states)
        {
            Cells = new int[states << Shift];
            Cells.AsSpan().Fill(Unknown);
        }
    }

    /// <summary>A place in the first line that matches, its end included. The text ends with its last line.</summary>
    /// <param name="text">Whole lines; the last one perhaps without its end.</param>
    /// <param name="from">Where a line begins.</param>
    public int Find(ReadOnlySpan<byte> text, int from)
    {
        if (from >= text.Length) return None;
        if (startsMatched) return from;
        var (state, at, seen) = (0, from, from);
        while (true)
        {
            if (leaving is not null && state == 0) at = Skip(text, at);
            if (at == text.Length) break;
            var next = leaving is null ? Run(text, ref at, ref state) : RunToStart(text, ref at, ref state);
            if (at == text.Length) break;
            if (next >= 0) continue;
            if (next == Unknown)
            {
                read += at - seen;
                seen = at;
                next = Learn(state, columns[text[at]]);
                if (IsExhausted) return Exhausted;
            }
            if (next == Slow)
            {
                next = Wide(text, ref at, state);
                if (IsExhausted) return Exhausted;
                if (next == Matched) return at;
                state = next;
                continue;
            }
            if (next == Matched) return at;
            (state, at) = (next, at + 1);
        }
        read += at - seen;
        return text[^1] != '\n' && Follow(state, LineEnd) == Matched ? text.Length - 1 : None;
    }

    // Until a byte leads to no state that is known.
    private int Run(ReadOnlySpan<byte> text, ref int at, ref int state)
    {
        ref var column = ref MemoryMarshal.GetArrayDataReference(columns);
        ref var cell = ref MemoryMarshal.GetArrayDataReference(table);
        var (i, here, next) = (at, state, 0);
        while ((uint)i < (uint)text.Length)
        {
            next = Unsafe.Add(ref cell, here + Unsafe.Add(ref column, text[i]));
            if (next < 0) break;
            here = next;
            i++;
        }
        (at, state) = (i, here);
        return next;
    }

    // The same, or until it is back at the start.
    private int RunToStart(ReadOnlySpan<byte> text, ref int at, ref int state)
    {
        ref var column = ref MemoryMarshal.GetArrayDataReference(columns);
        ref var cell = ref MemoryMarshal.GetArrayDataReference(table);
        var (i, here, next) = (at, state, 0);
        while ((uint)i < (uint)text.Length)
        {
            next = Unsafe.Add(ref cell, here + Unsafe.Add(ref column, text[i]));
            if (next < 0) break;
            here = next;
            i++;
            if (here == 0) break;
        }
        (at, state) = (i, here);
        return next;
    }

    private int Skip(ReadOnlySpan<byte> text, int at)
    {
        var length = text[at..].IndexOfAny(leaving!);
        if (length < 0) length = text.Length - at;
        skipped += length;
        // Short skips cost more than they save.
        if (++skips == 256)
        {
            if (skipped < 256 * 12) leaving = null;
            (skips, skipped) = (0, 0);
        }
        return at + length;
    }

    // Carriage returns, and what is not ASCII, for as long as it goes on. Gives the state, or that it matched, at the place.
    private int Wide(ReadOnlySpan<byte> text, ref int at, int state)
    {
        Span<char> units = stackalloc char[2];
        while (at < text.Length && (text[at] >= 128 || text[at] == '\r'))
        {
            if (text[at] == '\r')
            {
                // Before a line's end it belongs to that; at the end of the text, too.
                var isEnd = at + 1 == text.Length || text[at + 1] == '\n';
                if (!isEnd) state = Follow(state, carriage);
                else if (at + 1 < text.Length) (state, at) = (Follow(state, LineEnd), at + 1);
                if (state == Matched) return Matched;
                at++;
                continue;
            }
            // Bytes that are no character become what .NET makes of them.
            _ = Rune.DecodeFromUtf8(text[at..], out var rune, out var length);
            var count = rune.EncodeToUtf16(units);
            for (var i = 0; i < count; i++)
            {
                state = Follow(state, units[i]);
                if (state == Matched) return Matched;
            }
            at += length;
        }
        return state;
    }

    private int Follow(int state, byte column)
    {
        var next = table[state + column];
        return next == Unknown ? Learn(state, column) : next;
    }

    private int Follow(int state, char unit)
    {
        if (wide is null) (wide = new WideTable()).Clear(states.Length);
        var column = wide.Columns[unit];
        if (column == 0) column = LearnUnit(wide, unit);
        if (column == WideTable.NotKept) return Target(state, KindOf(unit), isEnd: false);
        var next = wide.Cells[(state >> shift << wide.Shift) + column];
        if (next != Unknown) return next;
        var before = numbers.Count;
        next = Target(state, wide.Kinds[column], isEnd: false);
        if (numbers.Count >= before) wide.Cells[(state >> shift << wide.Shift) + column] = next;
        return next;
    }

    private byte LearnUnit(WideTable wide, char unit)
    {
        var column = Place(wide.Kinds, KindOf(unit), from: 1);
        if (column >= WideTable.NotKept) column = WideTable.NotKept;
        else if (column >= 1 << wide.Shift)
        {
            wide.Shift++;
            wide.Clear(states.Length);
        }
        return wide.Columns[unit] = (byte)column;
    }

    private int Learn(int state, byte column)
    {
        var before = numbers.Count;
        var next = Target(state, kinds[column], column == LineEnd);
        // When all was forgotten, the state that it led from was, too.
        if (numbers.Count >= before) table[state + column] = next;
        return next;
    }

    private int Target(int state, Kind kind, bool isEnd)
    {
        var from = states[state >> shift];
        var after = isEnd ? Side.End : kind.IsWord ? Side.Word : Side.Other;
        found = false;
        now.Clear();
        if (from.HasPlaces)
        {
            foreach (var step in from.Steps) Close(now, step, sides: true, from.Before, after);
            if (found) return Matched;
        }
        if (isEnd) return 0;
        then.Clear();
        for (var i = 0; i < (from.HasPlaces ? now.Count : from.Steps.Length); i++)
        {
            var step = program.Steps[from.HasPlaces ? now[i] : from.Steps[i]];
            if (step.Op == Op.Set && (kind.Sets >> step.Set & 1) != 0) Close(then, step.Next);
        }
        // A match may begin anywhere.
        Close(then, program.First);
        return found ? Matched : Number(Made(then, after));
    }

    // All steps that a step leads to without a unit. Places are left open, unless it is known what stands on their sides.
    private void Close(Marks into, int first, bool sides = false, Side before = Side.Other, Side after = Side.Other)
    {
        var depth = 0;
        stack[depth++] = first;
        while (depth > 0)
        {
            var at = stack[--depth];
            if (!into.Add(at)) continue;
            var step = program.Steps[at];
            switch (step.Op)
            {
                case Op.Set: break;
                case Op.Match:
                    found = true;
                    return;
                case Op.Split:
                    stack[depth++] = step.Other;
                    stack[depth++] = step.Next;
                    break;
                default:
                    if (sides && Holds(step.Op, before, after)) stack[depth++] = step.Next;
                    break;
            }
        }
    }

    private static bool Holds(Op place, Side before, Side after) => place switch
    {
        Op.Start => before == Side.Start,
        Op.End => after == Side.End,
        Op.Edge => before == Side.Word != (after == Side.Word),
        _ => before == Side.Word == (after == Side.Word),
    };

    private State Made(Marks marks, Side before)
    {
        var (count, hasPlaces) = (0, false);
        for (var i = 0; i < marks.Count; i++)
        {
            var op = program.Steps[marks[i]].Op;
            if (op == Op.Split) continue;
            hasPlaces |= op != Op.Set;
            stack[count++] = marks[i];
        }
        var steps = stack.AsSpan(0, count).ToArray();
        Array.Sort(steps);
        return new State(steps, hasPlaces, hasPlaces ? before : Side.Other);
    }

    private int Number(State state)
    {
        if (numbers.TryGetValue(state, out var number)) return number;
        if (numbers.Count >= MostStates)
        {
            poor = read - readBefore < BytesForState * numbers.Count ? poor + 1 : 0;
            readBefore = read;
            Begin();
            if (numbers.TryGetValue(state, out number)) return number;
        }
        return Add(state);
    }

    private int Add(State state)
    {
        var number = numbers.Count;
        if (number == states.Length)
        {
            Array.Resize(ref states, number * 2);
            Array.Resize(ref table, states.Length << shift);
            if (wide is not null)
            {
                var known = wide.Cells.Length;
                Array.Resize(ref wide.Cells, states.Length << wide.Shift);
                wide.Cells.AsSpan(known).Fill(Unknown);
            }
        }
        var row = table.AsSpan(number << shift, 1 << shift);
        row.Fill(Unknown);
        row[slow] = Slow;
        states[number] = state;
        numbers.Add(state, number << shift);
        return number << shift;
    }

    // Nothing but the start of a line, which is state 0.
    private void Begin()
    {
        numbers.Clear();
        wide?.Clear(states.Length);
        found = false;
        now.Clear();
        Close(now, program.First);
        Add(Made(now, Side.Start));
    }

    // Bytes that lead away from the start.
    private SearchValues<byte> Leaving()
    {
        var leads = new byte[256];
        var count = 0;
        for (var value = 0; value < 256; value++)
            if (value >= 128 || (value != '\n' && Follow(0, value == '\r' ? carriage : columns[value]) != 0)) leads[count++] = (byte)value;
        return SearchValues.Create(leads.AsSpan(0, count));
    }

    private Kind KindOf(char unit)
    {
        var sets = 0UL;
        for (var i = 0; i < program.Sets.Count; i++) if (program.Sets[i].Has(unit)) sets |= 1UL << i;
        return new Kind(sets, program.HasPlaces && CharacterSet.IsWordAtEdge(unit));
    }

    private static int Place(List<Kind> kinds, Kind kind, int from = 1)
    {
        for (var i = from; i < kinds.Count; i++) if (kinds[i] == kind) return i;
        kinds.Add(kind);
        return kinds.Count - 1;
    }
}
