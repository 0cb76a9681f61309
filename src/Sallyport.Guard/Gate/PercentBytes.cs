namespace Sallyport.Guard.Gate;

/// <summary>The bytes of a value in percent-encoding (RFC 3986), where they are no text.</summary>
internal static class PercentBytes
{
    // Of anything shorter a secret could not be unpacked.
    private const int Shortest = 16;

    /// <summary>Null where it is text, or too short to be anything else.</summary>
    public static byte[]? Decode(string value)
    {
        if (value.Length < Shortest || !value.Contains('%', StringComparison.Ordinal)) return null;
        var (bytes, isText) = (new List<byte>(value.Length), true);
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '%' && i + 2 < value.Length && byte.TryParse(value.AsSpan(i + 1, 2), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var one))
            {
                bytes.Add(one);
                i += 2;
            }
            else if (value[i] == '+') bytes.Add((byte)' ');
            else if (value[i] < 0x80) bytes.Add((byte)value[i]);
            else return null;
            if (bytes[^1] is < 0x20 and not ((byte)'\t' or (byte)'\n' or (byte)'\r')) isText = false;
        }
        if (isText) isText = System.Text.Unicode.Utf8.IsValid(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes));
        return isText ? null : [.. bytes];
    }
}
