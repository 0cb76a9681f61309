using System.Globalization;
using System.Security.Cryptography;

namespace Sallyport.Engine.Sandboxing;

/// <summary>
/// A credential that commands use without having it: they get a placeholder, and the proxy puts the value in its place in one header of
/// requests to these hosts. It prints as the name of its variable; whatever prints it must not print its value.
/// </summary>
/// <param name="variable">By which commands know it.</param>
/// <param name="hosts">Where it goes: names with their ports.</param>
/// <param name="header">Where in a request it may stand.</param>
/// <param name="value">The credential itself.</param>
public sealed class HostCredential(string variable, IReadOnlyList<(string Name, int Port)> hosts, string header, string value)
{
    /// <summary>Shorter ones would be found in any answer.</summary>
    public const int Shortest = 8;

    private const int Longest = 8192;

    public string Variable { get; } = variable;

    public IReadOnlyList<(string Name, int Port)> Hosts { get; } = hosts;

    public string Header { get; } = header;

    /// <summary>What commands have of it: fit for a header, and of this session alone.</summary>
    public string Placeholder { get; } = $"sallyport-placeholder-{RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz234567", 26)}";

    internal string Value { get; } = value;

    public override string ToString() => Variable;

    /// <summary>A host as the settings name it: one name, on port 443 or the one that is given; null when it is none.</summary>
    public static (string Name, int Port)? Host(string text)
    {
        var (name, port) = (text, 443);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon >= 0)
        {
            if (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65535) return null;
            name = text[..colon];
        }
        return Uri.CheckHostName(name) == UriHostNameType.Dns && !name.EndsWith('.') ? (name.ToLowerInvariant(), port) : null;
    }

    /// <summary>Whether a value can stand in a header and be told from other text; if not, why.</summary>
    public static string? Misfit(string value)
    {
        if (value.Length < Shortest) return $"it is shorter than {Shortest} characters";
        if (value.Length > Longest) return $"it is longer than {Longest} characters";
        return value.AsSpan().ContainsAnyExceptInRange('!', '~') ? "it has characters that cannot stand in a header" : null;
    }
}
