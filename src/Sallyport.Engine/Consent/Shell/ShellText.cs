namespace Sallyport.Engine.Consent.Shell;

/// <summary>
/// The characters of a line, with a backslash before the end of a line taken out as bash does. Every step is counted: what
/// takes too many, or nests too deep, is refused, so that no text can keep the parser busy.
/// </summary>
internal abstract class ShellText(string text, int depth)
{
    private const int Deepest = 60;
    private int steps = 64 * text.Length + 4096;

    protected string Text { get; } = text;

    protected int At { get; set; }

    protected int Depth { get; private set; } = depth;

    /// <summary>The character here; <c>\0</c> at the end.</summary>
    protected char Here
    {
        get
        {
            Count();
            while (At + 1 < Text.Length && Text[At] == '\\' && Text[At + 1] == '\n') At += 2;
            return At < Text.Length ? Text[At] : '\0';
        }
    }

    protected bool Ended => Here == '\0' && At >= Text.Length;

    /// <summary>The character after this one.</summary>
    protected char Ahead
    {
        get
        {
            if (Ended) return '\0';
            var before = At++;
            var next = Here;
            At = before;
            return next;
        }
    }

    protected bool Take(char wanted)
    {
        if (Here != wanted || Ended) return false;
        At++;
        return true;
    }

    protected void Need(char wanted)
    {
        if (!Take(wanted)) throw Wrong(Ended ? $"it ends before {wanted}" : $"{wanted} was expected at \"{Rest()}\"");
    }

    protected void Count()
    {
        if (--steps < 0) throw Wrong("it takes too long to read");
    }

    protected void Enter()
    {
        if (++Depth > Deepest) throw Wrong("it nests too deep");
    }

    protected void Leave() => Depth--;

    protected static ShellSyntaxException Wrong(string message) => new(message);

    protected string Rest() => Text.Substring(Math.Min(At, Text.Length), Math.Min(12, Math.Max(0, Text.Length - At)));

    protected static bool IsBlank(char c) => c is ' ' or '\t';

    protected static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c == '_';

    protected static bool IsName(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';
}
