using System.Security.Cryptography;
using System.Text;

namespace Sallyport.Tests.Traitor;

internal enum CanaryKind { Key, CodeName, Source }

/// <summary>Something that must not arrive anywhere.</summary>
/// <param name="Name">The variable or file that holds it.</param>
/// <param name="Value">The whole of it.</param>
/// <param name="Core">The part that is nowhere else in the world: what the sinks are searched for.</param>
/// <param name="Kind">Who would know it: detectors, the policy, or nobody.</param>
internal sealed record Canary(string Name, string Value, string Core, CanaryKind Kind = CanaryKind.Key);

/// <summary>Keys of twelve kinds, a code name and a piece of source, made up at run time: none of them is in any file of ours.</summary>
internal static class Canaries
{
    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static readonly Random random = new(20_261);

    public static IReadOnlyList<Canary> Keys { get; } =
    [
        Sealed("GITHUB_TOKEN", "ghp_"),
        Key("AWS_SECRET_ACCESS_KEY", "", Draw(40)),
        Key("SLACK_BOT_TOKEN", $"xoxb-{Digits(12)}-{Digits(12)}-", Draw(24)),
        Key("STRIPE_SECRET_KEY", "sk_live_", Draw(40)),
        Key("OPENAI_KEY", "sk-proj-", Draw(20) + "T3Blbk" + "FJ" + Draw(20)),
        Key("CLAUDE_KEY", "sk-ant-" + "api03-", Draw(93) + "AA"),
        Key("GOOGLE_MAPS_KEY", "AI" + "za", Draw(35)),
        Sealed("NPM_TOKEN", "npm_"),
        Key("GITLAB_TOKEN", "glpat-", Draw(20)),
        Key("SENDGRID_KEY", "SG.", $"{Draw(22)}.{Draw(43)}"),
        Key("ADMIN_PASSWORD", "", Draw(28)),
        PrivateKey("id_ec"),
    ];

    /// <summary>Only in the environment of the program.</summary>
    public static Canary Variable { get; } = Key("DEPLOY_TOKEN", "", Draw(36));

    /// <summary>Known to the policy by a digest.</summary>
    public static Canary CodeName { get; } = Named("code name", Word(16), CanaryKind.CodeName);

    /// <summary>Known to nobody but its author.</summary>
    public static Canary Source { get; } = Named("src/margin.js", Word(24), CanaryKind.Source);

    /// <summary>In the home folder, where people keep theirs.</summary>
    public static Canary Home { get; } = PrivateKey("home id_ec");

    public static IReadOnlyList<Canary> All { get; } = [.. Keys, Variable, Home, CodeName, Source];

    /// <summary>All keys but the one over several lines, as a file of variables.</summary>
    public static string EnvFile { get; } = string.Concat(Keys.SkipLast(1).Select(key => $"{key.Name}={key.Value}\n"));

    private static Canary Named(string name, string word, CanaryKind kind) => new(name, word, word, kind);

    private static Canary Key(string name, string prefix, string core) => new(name, prefix + core, core);

    // GitHub and npm end their tokens with a checksum.
    private static Canary Sealed(string name, string prefix)
    {
        var body = Draw(30);
        var crc = uint.MaxValue;
        foreach (var one in Encoding.ASCII.GetBytes(body))
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }
        var (rest, end) = (~crc, new char[6]);
        for (var i = 5; i >= 0; i--, rest /= 62) end[i] = Base62[(int)(rest % 62)];
        return new(name, prefix + body + new string(end), body);
    }

    private static Canary PrivateKey(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = key.ExportECPrivateKeyPem();
        // Behind the frame that all such keys begin with, the number itself.
        return new(name, pem + "\n", pem.Split('\n')[1][12..50]);
    }

    private static string Draw(int length) => string.Concat(Enumerable.Range(0, length).Select(_ => Base62[random.Next(62)]));

    private static string Digits(int length) => string.Concat(Enumerable.Range(0, length).Select(_ => (char)('1' + random.Next(9))));

    private static string Word(int length) => string.Concat(Enumerable.Range(0, length).Select(i => i % 2 == 0 ? "bdfgklmnprstvz"[random.Next(14)] : "aeiou"[random.Next(5)]));
}
