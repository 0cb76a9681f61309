using System.Text;

namespace Sallyport.Guard.Detectors.Secrets;

/// <summary>
/// Values that stand where a secret would: samples in documentation, template variables, runs of one letter. Short words
/// count only as words of their own, because random text contains them by chance.
/// </summary>
internal static class Placeholders
{
    private const int MaxLooked = 512;

    // Anywhere in the value: too long to be there by chance.
    private static readonly byte[][] Telling = Ascii(
        "example", "sample", "placeholder", "changeme", "change_me", "change-me", "changeit", "change_it", "your_", "your-", "yourapi", "yourkey", "yoursecret", "yourtoken", "yourpass",
        "your.", "insert", "replace", "redacted", "notasecret", "notreal", "not-a-secret", "not_a_secret", "abcdefgh", "12345678", "87654321", "aaaaaaaa", "00000000", "11111111", "testtest",
        "foobar", "mysecret", "my-secret", "my_secret", "mypassword", "my-password", "my_password", "supersecret", "super-secret", "super_secret", "deadbeef", "lorem",
        "dummy", "xxxxx", "*****", ".....", "-----", "_____", "<your", "undefined", "[object", "qwerty", "asdfgh", "0123456789", "todo-", "todo_", "fixme", "_here", "-here", "fill_in", "fill-in", "goeshere",
        "[a-z", "[0-9", "\u2026", "\u2022");

    // Only between boundaries: "test" is a placeholder, "kTest9" may be chance.
    private static readonly byte[][] Words = Ascii(
        "todo", "tbd", "test", "testing", "tests", "fake", "mock", "demo", "foo", "bar", "baz", "xxx", "null", "none", "nil", "true", "false", "empty", "string", "password", "passwd", "secret",
        "token", "apikey", "value", "default", "mykey", "key", "invalid", "wrong", "hidden", "masked", "removed", "unset", "user", "username", "pass", "pwd", "any", "optional", "required", "text", "hunter2", "dev", "local", "localhost", "admin", "root");

    /// <summary>For values that are random when real: keys and tokens.</summary>
    public static bool IsPlaceholder(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty) return true;
        Span<byte> lower = stackalloc byte[Math.Min(value.Length, MaxLooked)];
        Fold(value, lower);
        foreach (var word in Telling)
        {
            var at = lower.IndexOf(word);
            if (at < 0) continue;
            // Eight of the same hexadecimal digits or a five-letter word happen in kilobytes of random text.
            if (value.Length <= 200 || at == 0) return true;
        }
        if (HasMarks(value) || IsPattern(value)) return true;
        return Distinct(lower) <= (value.Length >= 16 ? 4 : 3) || IsSequence(lower);
    }

    /// <summary>For values that people make up: also weak words such as "test" or "admin" by themselves.</summary>
    public static bool IsWeakOrPlaceholder(ReadOnlySpan<byte> value)
    {
        if (IsPlaceholder(value) || IsTemplate(value)) return true;
        Span<byte> lower = stackalloc byte[Math.Min(value.Length, MaxLooked)];
        Fold(value, lower);
        // Letters that are left when well-known words, digits and signs are taken away.
        var rest = 0;
        var at = 0;
        while (at < lower.Length)
        {
            if (!char.IsAsciiLetter((char)lower[at]))
            {
                at++;
                continue;
            }
            var longest = 0;
            foreach (var word in Words)
            {
                if (word.Length > longest && lower[at..].StartsWith(word)) longest = word.Length;
            }
            if (longest == 0) rest++;
            at += Math.Max(1, longest);
        }
        return rest == 0 && lower.IndexOfAnyInRange((byte)'a', (byte)'z') >= 0;
    }

    /// <summary>A variable, a call, a template: the value comes from elsewhere.</summary>
    public static bool IsTemplate(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty) return false;
        if (value.IndexOf("${"u8) >= 0 || value.IndexOf("{{"u8) >= 0 || value.IndexOf("$("u8) >= 0 || value.IndexOf("#{"u8) >= 0 || value.IndexOf("<%"u8) >= 0 || value.IndexOf("%("u8) >= 0 || value.IndexOf("$env:"u8) >= 0) return true;
        if (value.StartsWith("ENC("u8) || value.StartsWith("{cipher}"u8) || value.StartsWith("vault:"u8) || value.StartsWith("!"u8) && value.Length > 4 && IsWordOnly(value[1..]) && value.IndexOfAnyInRange((byte)'0', (byte)'9') < 0) return true;
        var (first, last) = (value[0], value[^1]);
        if ((first, last) is ((byte)'<', (byte)'>') or ((byte)'[', (byte)']') or ((byte)'{', (byte)'}') or ((byte)'%', (byte)'%') or ((byte)'(', (byte)')')) return true;
        if (first == '@' && last == '@') return true;
        if (first == '_' && last == '_' && value.StartsWith("__"u8)) return true;
        if (first == '%' && value.Length <= 3) return true;
        if (first is (byte)'$' or (byte)':' or (byte)'@' or (byte)'&' && value.Length > 1 && IsWordOnly(value[1..]) && !(value.Length >= 10 && char.IsAsciiDigit((char)value[1]))) return true;
        return value.StartsWith("process.env"u8) || value.StartsWith("os.environ"u8) || value.StartsWith("System."u8) || value.StartsWith("env."u8) || value.StartsWith("env:"u8) || value.StartsWith("secrets."u8) || value.StartsWith("var."u8);
    }

    private static bool IsWordOnly(ReadOnlySpan<byte> value)
    {
        foreach (var b in value)
        {
            if (!ByteClass.Word.Has(b) && b != '.') return false;
        }
        return true;
    }

    // The form of a value, as a regular expression: [a-f0-9]{40}, (?:a|b).
    private static bool IsPattern(ReadOnlySpan<byte> value) => value.IndexOf("]{"u8) is > 0 and var at && at + 2 < value.Length && char.IsAsciiDigit((char)value[at + 2]) || value.IndexOf("(?:"u8) >= 0;

    // ***, …, <x>, and x's in a row at an end: "sk-abcxxxx".
    private static bool HasMarks(ReadOnlySpan<byte> value) =>
        value.IndexOf("***"u8) >= 0 || value.IndexOf("..."u8) >= 0 || value.EndsWith("xxx"u8) || value.StartsWith("xxx"u8) || value.EndsWith("XXX"u8) || value.StartsWith("XXX"u8);

    /// <summary>Most neighbours differ by one: 0123456789abcdef, abcdef123456.</summary>
    private static bool IsSequence(ReadOnlySpan<byte> value)
    {
        if (value.Length < 6) return false;
        var steps = 0;
        for (var i = 1; i < value.Length; i++)
        {
            if (Math.Abs(value[i] - value[i - 1]) <= 1) steps++;
        }
        return steps * 10 >= (value.Length - 1) * 7;
    }

    private static void Fold(ReadOnlySpan<byte> value, Span<byte> lower)
    {
        for (var i = 0; i < lower.Length; i++) lower[i] = value[i] is >= (byte)'A' and <= (byte)'Z' ? (byte)(value[i] + 32) : value[i];
    }

    private static int Distinct(ReadOnlySpan<byte> value)
    {
        Span<bool> seen = stackalloc bool[256];
        seen.Clear();
        var count = 0;
        foreach (var b in value)
        {
            if (seen[b]) continue;
            seen[b] = true;
            count++;
        }
        return count;
    }

    private static byte[][] Ascii(params string[] words) => [.. words.Select(Encoding.UTF8.GetBytes)];
}
