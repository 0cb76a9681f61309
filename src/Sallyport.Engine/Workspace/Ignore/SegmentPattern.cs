using System.Text;

namespace Sallyport.Engine.Ignore;

/// <summary>
/// One part of a path pattern, between slashes, over bytes as git compares them: <c>*</c>, <c>?</c>, <c>[a-z]</c>,
/// <c>[[:digit:]]</c> and <c>\</c>. Its cost is at most pattern times name.
/// </summary>
internal sealed class SegmentPattern
{
    private const short AnyByte = 256;
    private const short AnyRun = 257;
    private const short FirstSet = 258;

    private readonly short[] steps;
    private readonly List<ulong[]>? sets;
    private readonly byte[]? literal;
    private readonly Shape shape;

    private enum Shape { Literal, EndsWith, StartsWith, Anything, Wild, Never }

    /// <summary>Its last byte when every name it matches ends with that byte; otherwise -1.</summary>
    public int LastByte => shape switch
    {
        Shape.Literal or Shape.EndsWith when literal!.Length > 0 => literal[^1],
        Shape.Wild when steps[^1] < AnyByte => steps[^1],
        _ => -1,
    };

    /// <summary>Two stars and nothing else: any number of folders.</summary>
    public bool IsFolders { get; }

    public bool IsLiteral => shape == Shape.Literal;

    /// <summary>The bytes of a literal.</summary>
    public ReadOnlySpan<byte> Literal => literal;

    public SegmentPattern(ReadOnlySpan<byte> text)
    {
        IsFolders = text.Length > 1 && text.IndexOfAnyExcept((byte)'*') < 0;
        var found = new List<short>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case (byte)'*':
                    if (found.Count == 0 || found[^1] != AnyRun) found.Add(AnyRun);
                    break;
                case (byte)'?': found.Add(AnyByte); break;
                // A backslash with nothing behind it, a bracket that is never closed: git matches nothing with those.
                case (byte)'\\' when i + 1 == text.Length: shape = Shape.Never; break;
                case (byte)'\\': found.Add(text[++i]); break;
                case (byte)'[':
                    var set = ByteSet.Read(text, ref i);
                    if (set is null) shape = Shape.Never;
                    else
                    {
                        sets ??= [];
                        found.Add((short)(FirstSet + sets.Count));
                        sets.Add(set);
                    }
                    break;
                default: found.Add(text[i]); break;
            }
            if (shape == Shape.Never) break;
        }
        steps = [.. found];
        if (shape == Shape.Never) return;
        var special = 0;
        foreach (var step in steps) if (step >= AnyByte) special++;
        shape = special == 0 ? Shape.Literal
            : steps.Length == 1 && steps[0] == AnyRun ? Shape.Anything
            : special == 1 && steps[0] == AnyRun ? Shape.EndsWith
            : special == 1 && steps[^1] == AnyRun ? Shape.StartsWith
            : Shape.Wild;
        if (shape is Shape.Literal or Shape.EndsWith or Shape.StartsWith)
        {
            var bytes = new List<byte>(steps.Length);
            foreach (var step in steps) if (step < AnyByte) bytes.Add((byte)step);
            literal = [.. bytes];
        }
    }

    public bool Matches(ReadOnlySpan<byte> name) => shape switch
    {
        Shape.Literal => name.SequenceEqual(literal),
        Shape.EndsWith => name.EndsWith(literal),
        Shape.StartsWith => name.StartsWith(literal),
        Shape.Anything => true,
        Shape.Never => false,
        _ => Walk(name),
    };

    // The last star is the only one that ever needs another try.
    private bool Walk(ReadOnlySpan<byte> name)
    {
        var (step, at, star, mark) = (0, 0, -1, 0);
        while (at < name.Length)
        {
            if (step < steps.Length && steps[step] == AnyRun)
            {
                star = step++;
                mark = at;
            }
            else if (step < steps.Length && Accepts(steps[step], name[at]))
            {
                step++;
                at++;
            }
            else if (star >= 0)
            {
                step = star + 1;
                at = ++mark;
            }
            else return false;
        }
        while (step < steps.Length && steps[step] == AnyRun) step++;
        return step == steps.Length;
    }

    private bool Accepts(short step, byte value) =>
        step < AnyByte ? step == value : step == AnyByte || (sets![step - FirstSet][value >> 6] >> (value & 63) & 1) != 0;

    public override string ToString() => literal is null ? shape.ToString() : $"{shape} {Encoding.UTF8.GetString(literal)}";
}
