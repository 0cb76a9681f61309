using System.Buffers.Binary;
using System.Text;

namespace Sallyport.Guard.Detectors.Weights;

/// <summary>
/// Walks a Python pickle's opcodes (protocols 0 to 5) without running any, and notes which classes it would import.
/// Stops at the first byte that is no opcode; every step moves forward.
/// </summary>
internal sealed class PickleWalk
{
    private const int MaxMemo = 20_000;
    private const int MaxGlobals = 500;
    private const int MaxText = 120;

    private readonly Dictionary<int, string> memo = [];
    private string? last, beforeLast;
    private long lastNumber;
    private int memoized;

    /// <summary>"module name" of everything imported.</summary>
    public HashSet<string> Globals { get; } = new(StringComparer.Ordinal);

    /// <summary>Tensors that live outside the pickle (PyTorch's storages).</summary>
    public long Storages { get; private set; }

    /// <summary>Numbers in them, as the pickle says.</summary>
    public long Parameters { get; private set; }

    /// <summary>Strings that name weights: <c>layer.0.weight</c>.</summary>
    public long WeightNames { get; private set; }

    /// <summary>How many opcodes were read.</summary>
    public int Steps { get; private set; }

    /// <summary>False when the walk met a byte that is no opcode.</summary>
    public bool IsPlausible { get; private set; }

    public static PickleWalk Of(ReadOnlySpan<byte> bytes, int maxSteps = int.MaxValue)
    {
        var walk = new PickleWalk();
        walk.Run(bytes, maxSteps);
        return walk;
    }

    private void Run(ReadOnlySpan<byte> bytes, int maxSteps)
    {
        var at = 0;
        while (at < bytes.Length && Steps < maxSteps)
        {
            var code = bytes[at];
            var rest = bytes[(at + 1)..];
            Steps++;
            long size;
            switch (code)
            {
                case (byte)'.':
                    IsPlausible = true;
                    // Several pickles may follow one another (PyTorch before 1.6).
                    if (rest.Length < 2 || rest[0] != 0x80 || rest[1] is 0 or > 5) return;
                    memo.Clear();
                    memoized = 0;
                    size = 0;
                    break;
                case (byte)'(' or (byte)')' or (byte)'0' or (byte)'1' or (byte)'2' or (byte)']' or (byte)'}' or (byte)'a' or (byte)'b' or (byte)'d' or (byte)'e' or (byte)'l' or (byte)'o' or (byte)'s' or (byte)'t' or (byte)'u' or (byte)'N' or (byte)'R'
                    or 0x81 or 0x85 or 0x86 or 0x87 or 0x88 or 0x89 or 0x8F or 0x90 or 0x91 or 0x92 or 0x97 or 0x98:
                    size = 0;
                    break;
                case (byte)'Q':
                    Storages++;
                    Parameters = Math.Min(Parameters + Math.Clamp(lastNumber, 0, 1L << 50), 1L << 60);
                    size = 0;
                    break;
                case 0x93:
                    Import(beforeLast, last);
                    size = 0;
                    break;
                case 0x94:
                    Remember(memoized++);
                    size = 0;
                    break;
                case 0x80 or 0x82 or (byte)'K' or (byte)'h' or (byte)'q':
                    size = 1;
                    if (rest.Length < 1) return;
                    if (code == 0x80 && rest[0] > 5) return;
                    if (code == 'K') lastNumber = rest[0];
                    if (code == 'h') Recall(rest[0]);
                    if (code == 'q') Remember(rest[0]);
                    break;
                case 0x83 or (byte)'M':
                    size = 2;
                    if (code == 'M' && rest.Length >= 2) lastNumber = BinaryPrimitives.ReadUInt16LittleEndian(rest);
                    break;
                case 0x84 or (byte)'J' or (byte)'j' or (byte)'r':
                    size = 4;
                    if (rest.Length < 4) return;
                    var number = BinaryPrimitives.ReadInt32LittleEndian(rest);
                    if (code == 'J') lastNumber = number;
                    if (code == 'j') Recall(number);
                    if (code == 'r') Remember(number);
                    break;
                case (byte)'G' or 0x95:
                    size = 8;
                    break;
                case (byte)'U' or (byte)'C' or 0x8C or 0x8A:
                    if (rest.Length < 1) return;
                    size = 1 + rest[0];
                    if (code == 0x8A && rest[0] <= 8 && rest.Length >= size) lastNumber = Number(rest[1..(int)size]);
                    if (code is (byte)'U' or 0x8C) Push(rest, 1, rest[0]);
                    break;
                case (byte)'T' or (byte)'X' or (byte)'B' or 0x8B:
                    if (rest.Length < 4) return;
                    size = 4L + BinaryPrimitives.ReadUInt32LittleEndian(rest);
                    if (code is (byte)'T' or (byte)'X') Push(rest, 4, size - 4);
                    break;
                case 0x8D or 0x8E or 0x96:
                    if (rest.Length < 8) return;
                    size = (long)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(rest), int.MaxValue) + 8;
                    if (code == 0x8D) Push(rest, 8, size - 8);
                    break;
                case (byte)'F' or (byte)'I' or (byte)'L' or (byte)'S' or (byte)'V' or (byte)'g' or (byte)'p' or (byte)'P':
                    size = Line(rest, 0);
                    if (size < 0) return;
                    if (code is (byte)'S' or (byte)'V') Push(rest, 0, size - 1);
                    break;
                case (byte)'c' or (byte)'i':
                    var module = Line(rest, 0);
                    if (module < 0) return;
                    size = Line(rest, module);
                    if (size < 0 || !IsName(rest[..(module - 1)]) || !IsName(rest[module..(int)(size - 1)])) return;
                    Import(Text(rest[..(module - 1)]), Text(rest[module..(int)(size - 1)]));
                    break;
                default:
                    return;
            }
            if (size > rest.Length)
            {
                IsPlausible = true;
                return;
            }
            at += 1 + (int)size;
        }
        IsPlausible |= at == bytes.Length || Steps == maxSteps;
    }

    private static int Line(ReadOnlySpan<byte> rest, int from)
    {
        var end = rest[from..Math.Min(rest.Length, from + 4096)].IndexOf((byte)'\n');
        return end < 0 ? -1 : from + end + 1;
    }

    private void Push(ReadOnlySpan<byte> rest, int from, long length)
    {
        beforeLast = last;
        last = length is > 0 and <= MaxText && from + length <= rest.Length ? Text(rest.Slice(from, (int)length)) : "";
        if (last.EndsWith("weight", StringComparison.Ordinal) || last.EndsWith(".bias", StringComparison.Ordinal) || last.EndsWith("kernel", StringComparison.Ordinal) || last.EndsWith("weights", StringComparison.Ordinal)
            || last.EndsWith("state_dict", StringComparison.Ordinal) || last is "bias" or "embedding" or "embeddings" or "params") WeightNames++;
    }

    private void Remember(int index)
    {
        if (memo.Count < MaxMemo && last is not null) memo[index] = last;
    }

    private void Recall(int index)
    {
        if (!memo.TryGetValue(index, out var text)) return;
        beforeLast = last;
        last = text;
    }

    private void Import(string? module, string? name)
    {
        if (module is not { Length: > 0 } || Globals.Count >= MaxGlobals) return;
        Globals.Add($"{module} {name}");
    }

    private static bool IsName(ReadOnlySpan<byte> name)
    {
        if (name.Length is 0 or > MaxText) return false;
        foreach (var value in name)
        {
            if (!char.IsAsciiLetterOrDigit((char)value) && value is not ((byte)'_' or (byte)'.')) return false;
        }
        return true;
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    private static long Number(ReadOnlySpan<byte> bytes)
    {
        long value = 0;
        for (var i = bytes.Length - 1; i >= 0; i--) value = value << 8 | bytes[i];
        return value;
    }
}
