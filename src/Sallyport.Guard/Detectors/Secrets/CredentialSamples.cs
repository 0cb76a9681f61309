using System.Text;

namespace Sallyport.Guard.Detectors.Secrets;

/// <summary>
/// Files that a credential must be found in, in the forms that people leave it in, and near misses that it must not:
/// values made up from the credential's own pattern.
/// </summary>
internal static class CredentialSamples
{
    /// <param name="credential">The credential.</param>
    /// <param name="siblings">The provider's credentials: what is a near miss of one may be another.</param>
    public static IEnumerable<Sample> Of(Credential credential, Credential[] siblings)
    {
        var random = new Random(credential.Rule.Id.Length * 7919 + credential.Rule.Id[^1]);
        var snake = credential.SampleName.Replace('-', '_').Replace('.', '_').ToLowerInvariant();
        var kebab = snake.Replace('_', '-');
        var upper = snake.ToUpperInvariant();
        var forms = new List<(string File, Func<string, string> Text)>
        {
            ("config.json", v => $"{{\n  \"{snake}\": \"{v}\"\n}}\n"),
            ("config.yaml", v => $"settings:\n  {snake}: {v}\n"),
            ("settings.env", v => $"export {upper}={v}\n"),
            ("index.js", v => $"const {snake} = '{v}';\n"),
            ("index.min.js", v => $"!function(){{var a={{b:1,{snake}:\"{v}\",c:2}}}}();"),
            ("app.config", v => $"<add key=\"{snake}\" value=\"{v}\" />\n"),
            ("run.sh", v => $"tool --{kebab} {v} --verbose\n"),
            ("config.php", v => $"define('{upper}', '{v}');\n"),
            ("end.txt", v => $"{snake}={v}"),
        };
        if (!credential.NeedsName)
        {
            forms.Add(("token", v => v));
            forms.Add(("url.txt", v => v.All(IsPlain) ? $"GET /v1/items?{snake}={v}&page=2\n" : v));
        }
        foreach (var (file, text) in forms) yield return Sample.Hit(credential.Rule.Id, file, text(credential.Fake(random)));

        var misses = new StringBuilder();
        var value = credential.Fake(random);
        foreach (var miss in new[] { value + "Zq7", value[..^1] })
        {
            if (!Array.Exists(siblings, s => s.Fits(miss))) misses.Append($"{snake} = \"{miss}\"\n");
        }
        if (!credential.NeedsName && char.IsAsciiLetterOrDigit(value[0])) misses.Append($"name = \"q{value}\"\n");
        if (credential.IsSealed)
        {
            var broken = Spoil(value);
            if (!credential.Accepts(Encoding.ASCII.GetBytes(broken))) misses.Append($"{snake} = \"{broken}\"\n");
        }
        if (misses.Length > 0) yield return Sample.Miss("near.txt", misses.ToString());
    }

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '~' or ':';

    /// <summary>Changes the last letter or digit to its neighbour.</summary>
    private static string Spoil(string value)
    {
        var at = value.Length - 1;
        while (!char.IsAsciiLetterOrDigit(value[at])) at--;
        var other = value[at] switch { 'z' => 'y', 'Z' => 'Y', '9' => '8', 'f' => 'e', 'F' => 'E', var c => (char)(c + 1) };
        return value[..at] + other + value[(at + 1)..];
    }
}
