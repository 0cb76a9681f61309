using System.Buffers;
using Sallyport.Guard.Gate;

namespace Sallyport.Engine.Secrets;

/// <summary>
/// Text on its way to whoever watches, as it comes: what a model writes, what a running tool prints. Plain words go on at once.
/// Where a secret could stand, text waits for the end of its line, or for some words more, and is closed together with what stands
/// before it: a secret that comes in pieces is seen as one. What is held back comes with <see cref="End"/> at the latest.
/// </summary>
internal sealed class HeldText(SecretVault vault, Action<string> show)
{
    // So many characters of what was shown are looked at again, for what they tell of the rest; so many wait on a line that goes on.
    private const int Behind = 256, Enough = 64;

    // A value in quotes, and a key over many lines, are waited for, but not for good.
    private const int LongestQuote = 1024, LongestKey = 32 * 1024;

    private static readonly SearchValues<char> Blank = SearchValues.Create(" \t\r\n");

    private readonly Lock gate = new();

    // Some of what was shown, and what was not.
    private string text = "";
    private int shown;

    // How far the end of the text was when it was last looked at in vain.
    private int looked;

    // What follows on this line is plain so far; what was shown of the text was shown as it is.
    private bool isPlain = true, isOpen = true;

    public void Add(string more)
    {
        lock (gate)
        {
            text += more;
            while (isPlain ? Flow() : Look()) { }
            Forget();
        }
    }

    /// <summary>Shows the rest: no more comes, or something else comes between.</summary>
    public void End()
    {
        lock (gate)
        {
            if (shown < text.Length) Show(text.Length);
            (text, shown, looked, isPlain, isOpen) = ("", 0, 0, true, true);
        }
    }

    /// <summary>Shows plain words. True when what follows them has to be looked at.</summary>
    private bool Flow()
    {
        var at = shown;
        while (text.AsSpan(at).IndexOfAny(Blank) is >= 0 and var length)
        {
            if (length > 0 && !vault.IsPlain(text.AsSpan(at, length)))
            {
                isPlain = false;
                break;
            }
            at += length + 1;
        }
        if (at > shown)
        {
            show(text[shown..at]);
            shown = looked = at;
        }
        return !isPlain;
    }

    /// <summary>Shows what was looked at. True when it ended with its line, so that words may flow again.</summary>
    private bool Look()
    {
        var waiting = text.AsSpan(shown);
        var line = waiting.LastIndexOf('\n');
        if (line < 0 && text.Length - Math.Max(shown, looked) < Enough) return false;
        looked = text.Length;
        var cut = shown + (line >= 0 ? line : waiting.LastIndexOfAny(' ', '\t')) + 1;
        if (line < 0) cut = BeforeQuote(cut);
        if (cut > shown) cut = BeforeKey(cut);
        if (cut <= shown) return false;
        Show(cut);
        isPlain = text[cut - 1] == '\n';
        return isPlain && shown < text.Length;
    }

    private void Show(int cut)
    {
        var whole = cut == text.Length ? text : text[..cut];
        var closed = vault.Close(whole);
        if (isOpen && ReferenceEquals(closed, whole)) show(whole[shown..]);
        else
        {
            // Where a secret reaches back into words that were shown, it follows them as a whole.
            var before = isOpen ? text[..shown] : vault.Close(text[..shown]);
            if (before.AsSpan().CommonPrefixLength(closed) is var same && same < closed.Length) show(closed[same..]);
            isOpen = false;
        }
        shown = cut;
    }

    /// <summary>Takes away what is too far behind to tell anything.</summary>
    private void Forget()
    {
        if (shown < 2 * Behind) return;
        var from = text.AsSpan(0, shown - Behind).LastIndexOfAny(Blank) + 1;
        if (from == 0) from = shown - Behind;
        text = text[from..];
        (shown, looked) = (shown - from, Math.Max(0, looked - from));
        if (isOpen) return;
        var before = text[..shown];
        isOpen = ReferenceEquals(vault.Close(before), before);
    }

    // A value in quotes may hold blanks.
    private int BeforeQuote(int cut)
    {
        var start = shown == 0 ? 0 : text.LastIndexOf('\n', shown - 1) + 1;
        var (open, quote) = (-1, '\0');
        for (var at = start; at < cut; at++)
        {
            var c = text[at];
            if (open >= 0)
            {
                if (c == quote) open = -1;
            }
            else if (c is '"' or '`' || (c == '\'' && (at == 0 || !char.IsLetter(text[at - 1])))) (open, quote) = (at, c);
        }
        return open >= shown && cut - open < LongestQuote ? open : cut;
    }

    // A key is one secret over many lines.
    private int BeforeKey(int cut)
    {
        var key = text.AsSpan(shown, cut - shown).LastIndexOf("-----BEGIN ") + shown;
        if (key < shown || text.AsSpan(key).Contains("-----END ", StringComparison.Ordinal) || text.Length - key > LongestKey) return cut;
        return Math.Max(shown, Math.Min(cut, text.LastIndexOf('\n', key) + 1));
    }
}
