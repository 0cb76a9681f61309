using System.Buffers;
using System.Buffers.Text;

namespace Sallyport.Guard.Detectors.Secrets;

/// <summary>What can be told offline about tokens that carry readable parts instead of a checksum.</summary>
internal static class TokenShapes
{
    /// <summary>The first three characters of base64 over any two digits that a number can begin with: <c>MTA</c> to <c>OTk</c>.</summary>
    public static string[] Base64Digits { get; } = MakeBase64Digits();

    /// <summary>Discord: the part before the first dot is the account's number in base64, 17 to 20 digits.</summary>
    public static bool BeginsWithSnowflake(ReadOnlySpan<byte> token)
    {
        Span<byte> number = stackalloc byte[64];
        var count = Decode(token[..token.IndexOf((byte)'.')], number);
        return count is >= 17 and <= 20 && number[..count].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
    }

    /// <summary>Writes a number into a Discord token.</summary>
    public static string SealSnowflake(string token)
    {
        var number = new byte[18];
        for (var i = 0; i < number.Length; i++) number[i] = (byte)('0' + (token[i] * 7 + i) % 10);
        number[0] = (byte)('1' + token[3] % 9);
        return Base64Url.EncodeToString(number) + token[token.IndexOf('.')..];
    }

    private static int Decode(ReadOnlySpan<byte> text, Span<byte> into)
    {
        Span<byte> url = stackalloc byte[64];
        if (text.Length > url.Length) return -1;
        for (var i = 0; i < text.Length; i++) url[i] = text[i] switch { (byte)'+' => (byte)'-', (byte)'/' => (byte)'_', var b => b };
        return Base64Url.DecodeFromUtf8(url[..text.Length], into, out _, out var written) == OperationStatus.Done ? written : -1;
    }

    private static string[] MakeBase64Digits()
    {
        var marks = new string[90];
        for (var i = 0; i < marks.Length; i++) marks[i] = Convert.ToBase64String([(byte)('1' + i / 10), (byte)('0' + i % 10), (byte)'0'])[..3];
        return marks;
    }
}
