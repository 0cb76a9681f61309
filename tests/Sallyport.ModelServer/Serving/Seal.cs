using System.Security.Cryptography;
using System.Text;

namespace Sallyport.ModelServer;

/// <summary>Signs what the model thought, so that a changed or invented thought is refused when it comes back.</summary>
internal static class Seal
{
    private const string Mark = "sealed";

    /// <summary>The text and its hash, opaque to the client.</summary>
    public static string Of(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return Convert.ToBase64String([.. Encoding.UTF8.GetBytes(Mark), .. SHA256.HashData(bytes), .. bytes]);
    }

    /// <summary>The sealed text; null when the seal is not ours or broken.</summary>
    public static string? Open(string seal)
    {
        var bytes = new byte[seal.Length];
        if (!Convert.TryFromBase64String(seal, bytes, out var length) || length < Mark.Length + 32) return null;
        var text = bytes.AsSpan(Mark.Length + 32, length - Mark.Length - 32);
        return Encoding.UTF8.GetString(bytes, 0, Mark.Length) == Mark && SHA256.HashData(text).AsSpan().SequenceEqual(bytes.AsSpan(Mark.Length, 32))
            ? Encoding.UTF8.GetString(text) : null;
    }
}
