using System.Text;
using Sallyport.Guard.Detectors.Secrets;

namespace Sallyport.Guard.Gate;

/// <summary>Tells by its name that a variable's value is secret, and by its value that it can be told from ordinary words.</summary>
internal static class EnvironmentSecrets
{
    private static readonly string[] Words = ["KEY", "TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "CREDENTIAL", "CREDENTIALS", "PWD"];

    public static bool IsSecret(string name, string value) => SaysSo(name) && IsTelling(value);

    /// <summary><c>GITHUB_TOKEN</c> becomes <c>github-token</c>.</summary>
    public static string Kind(string name)
    {
        var kind = new StringBuilder();
        foreach (var c in name.Length > 48 ? name[..48] : name) kind.Append(char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '-');
        return kind.ToString().Trim('-') is { Length: > 0 } told ? told : "environment";
    }

    private static bool SaysSo(string name)
    {
        if (name is "PWD" or "OLDPWD") return false;
        foreach (var part in name.ToUpperInvariant().Split('_', '-', '.'))
            foreach (var word in Words)
                if (part == word || (word is not "PWD" && part.EndsWith(word, StringComparison.Ordinal) && part.Length > word.Length)) return true;
        return false;
    }

    // A path, a word or a number would be found everywhere.
    private static bool IsTelling(string value)
    {
        if (value.Length < KnownSecrets.MinLength || value.Length > 16_384 || value[0] is '/' or '~' || value.Contains("://", StringComparison.Ordinal)) return false;
        if (value.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0 && value.Length < 12) return false;
        var isWord = value.AsSpan().IndexOfAnyExceptInRange('a', 'z') < 0;
        return (!isWord || value.Length >= 16) && Entropy.Of(Encoding.UTF8.GetBytes(value)) >= 2.2;
    }
}
