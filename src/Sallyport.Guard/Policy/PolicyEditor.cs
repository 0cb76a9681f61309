using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sallyport.Guard;

/// <summary>
/// Adds entries to a policy's text. Comments and layout stay as they are. Throws <see cref="GuardException"/> when the
/// policy has errors, or what is to be added makes no sense.
/// </summary>
public static class PolicyEditor
{
    private const int MaxTermBytes = 256;

    /// <summary>Adds an internal name, as keyed digest or in plain text, and a key when one is needed and missing.</summary>
    /// <param name="policy">The policy's text; null or "" for a new one.</param>
    /// <param name="term">The word or phrase; matched without regard to case.</param>
    /// <param name="plain">Whether it may be read in the policy.</param>
    public static string AddTerm(string? policy, string term, bool plain)
    {
        term = term.Trim();
        if (term.Length < 3) throw new GuardException("a term of fewer than three characters would be met everywhere");
        if (term.Any(char.IsControl)) throw new GuardException("a term is one line without control characters");
        var text = Encoding.UTF8.GetBytes(term.ToLowerInvariant());
        if (text.Length > MaxTermBytes) throw new GuardException($"a term has at most {MaxTermBytes} bytes");
        var (edit, read) = Open(policy);
        if (plain)
        {
            if (!read().Terms.Plain.Contains(term, StringComparer.OrdinalIgnoreCase)) edit.Add(["terms", "plain"], _ => Quote(term));
            return edit.Text;
        }
        if (read().Key is null) edit.AddMember([], "key", _ => Quote(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32))));
        var digest = Convert.ToHexStringLower(HMACSHA256.HashData(read().Key!.Value.Span, text).AsSpan(0, 16));
        if (!read().Terms.Hashed.Any(t => t.Digest == digest)) edit.Add(["terms", "hashed"], _ => Quote($"{digest}:{text.Length}"));
        return edit.Text;
    }

    /// <summary>Adds a waiver, or replaces the one with its fingerprint.</summary>
    /// <param name="policy">The policy's text; null or "" for a new one.</param>
    /// <param name="waiver">What is accepted, why, by whom and until when.</param>
    public static string AddWaiver(string? policy, Waiver waiver)
    {
        if (!PolicyReader.IsFingerprint(waiver.Fingerprint)) throw new GuardException($"\"{waiver.Fingerprint}\" is no fingerprint: those are 16 hexadecimal digits in lower case, as reports show them");
        if (string.IsNullOrWhiteSpace(waiver.Reason)) throw new GuardException("a waiver needs a reason (--reason)");
        if (string.IsNullOrWhiteSpace(waiver.Owner)) throw new GuardException("a waiver needs somebody who answers for it (--owner)");
        var (edit, _) = Open(policy);
        var text = (string indent) => string.Join(edit.NewLine + indent + "  ",
            "{", $"\"fingerprint\": {Quote(waiver.Fingerprint)},", $"\"reason\": {Quote(waiver.Reason)},", $"\"owner\": {Quote(waiver.Owner)},", $"\"until\": \"{waiver.Until:yyyy-MM-dd}\"") + edit.NewLine + indent + "}";
        if (!edit.ReplaceItem("waivers", item => item["fingerprint"]?.Text == waiver.Fingerprint, text)) edit.Add(["waivers"], text);
        return edit.Text;
    }

    // A file that says something wrong is not edited, nor made.
    private static (JsonEdit Edit, Func<Policy> Read) Open(string? text)
    {
        var policy = Policy.Default;
        return (new JsonEdit(text, json => policy = PolicyFile.Parse(json)), () => policy);
    }

    private static string Quote(string text) => "\"" + JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping) + "\"";
}
