namespace Sallyport.Guard.Detectors.Secrets;

/// <summary>Values that stand where a secret would: samples in documentation, template variables, runs of one letter.</summary>
internal static class Placeholders
{
    private static readonly byte[][] Words =
    [
        .. new[]
        {
            "example", "sample", "placeholder", "changeme", "change_me", "change-me", "your_", "your-", "yourapi", "yourkey", "yoursecret",
            "yourtoken", "yourpass", "insert", "replace", "dummy", "redacted", "xxxx", "****", "....", "<your", "deadbeef", "notasecret",
            "not-a-secret", "abcdefgh", "12345678", "1234567890", "aaaaaaaa", "00000000", "testtest", "foobar", "mykey", "my_key", "todo",
        }.Select(System.Text.Encoding.ASCII.GetBytes),
    ];

    public static bool IsPlaceholder(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty) return true;
        Span<byte> lower = stackalloc byte[Math.Min(value.Length, 512)];
        for (var i = 0; i < lower.Length; i++) lower[i] = value[i] is >= (byte)'A' and <= (byte)'Z' ? (byte)(value[i] + 32) : value[i];
        foreach (var word in Words)
        {
            if (lower.IndexOf(word) >= 0) return true;
        }
        return Distinct(lower) <= 3;
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
}
