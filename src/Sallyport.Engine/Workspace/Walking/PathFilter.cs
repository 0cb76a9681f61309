using System.Text;
using Sallyport.Engine.Ignore;

namespace Sallyport.Engine.Walking;

/// <summary>
/// Globs that choose files, as <c>rg -g</c> reads them: gitignore's patterns with <c>{a,b}</c> besides, <c>!</c> leaves
/// out, the last one that matches counts. Where something is asked for, other files are left out; folders never are for that.
/// </summary>
public sealed class PathFilter
{
    private readonly IgnoreRules rules;
    private readonly int[] starts;
    private readonly bool includes;

    private PathFilter(IgnoreRules rules, int[] starts, bool includes, bool namesHidden) =>
        (this.rules, this.starts, this.includes, NamesHidden) = (rules, starts, includes, namesHidden);

    /// <summary>A part of a glob begins with a dot: hidden files are asked for.</summary>
    internal bool NamesHidden { get; }

    /// <param name="globs">Patterns; braces are taken apart.</param>
    /// <param name="folders">Absolute folders that patterns with a slash are below of; matching below one of them is enough.</param>
    public static PathFilter Of(IEnumerable<string> globs, params string[] folders)
    {
        var all = new List<string>();
        var (includes, namesHidden) = (false, false);
        foreach (var glob in globs)
        {
            var turned = glob.StartsWith('!');
            includes |= !turned;
            foreach (var plain in Alternatives.Of(turned ? glob[1..] : glob))
            {
                all.Add(turned ? "!" + plain : plain);
                namesHidden |= !turned && (plain.StartsWith('.') || plain.Contains("/.", StringComparison.Ordinal));
            }
        }
        var starts = new List<int>();
        foreach (var folder in folders)
        {
            var length = Encoding.UTF8.GetByteCount(Path.TrimEndingDirectorySeparator(folder));
            var start = length == 1 ? 1 : length + 1;
            if (!starts.Contains(start)) starts.Add(start);
        }
        return new PathFilter(IgnoreRules.FromGlobs(all), [.. starts], includes, namesHidden);
    }

    /// <summary>Kept is asked for, Ignored is left out.</summary>
    internal Verdict Match(ReadOnlySpan<byte> path, int nameStart, bool isFolder)
    {
        var said = Verdict.None;
        foreach (var start in starts)
        {
            if (start > nameStart) continue;
            // The rules are ignore rules turned round.
            said = rules.Match(path[start..], nameStart - start, isFolder);
            if (said != Verdict.None) break;
        }
        return said switch
        {
            Verdict.Ignored => Verdict.Kept,
            Verdict.Kept => Verdict.Ignored,
            _ => includes && !isFolder ? Verdict.Ignored : Verdict.None,
        };
    }
}

/// <summary><c>{a,b}</c> in globs.</summary>
public static class Alternatives
{
    private const int Most = 256;

    /// <summary>Every way to read the braces. What is not a set stays as written.</summary>
    public static IReadOnlyList<string> Of(string glob)
    {
        var done = new List<string>();
        var open = new Stack<string>();
        open.Push(glob);
        while (open.TryPop(out var next))
        {
            if (done.Count + open.Count >= Most || !TrySplit(next, out var start, out var end, out var choices)) done.Add(next);
            else for (var i = choices.Count - 1; i >= 0; i--) open.Push(next[..start] + choices[i] + next[(end + 1)..]);
        }
        return done;
    }

    private static bool TrySplit(string glob, out int start, out int end, out List<string> choices)
    {
        (start, end, choices) = (-1, -1, []);
        var (depth, from) = (0, 0);
        for (var i = 0; i < glob.Length; i++)
        {
            switch (glob[i])
            {
                case '\\': i++; break;
                case '[':
                    var close = glob.IndexOf(']', Math.Min(glob.Length, i + 2));
                    if (close > 0) i = close;
                    break;
                case '{' when depth++ == 0: (start, from) = (i, i + 1); break;
                case ',' when depth == 1:
                    choices.Add(glob[from..i]);
                    from = i + 1;
                    break;
                case '}' when depth == 1:
                    choices.Add(glob[from..i]);
                    end = i;
                    return true;
                case '}' when depth > 1: depth--; break;
            }
        }
        return false;
    }
}
