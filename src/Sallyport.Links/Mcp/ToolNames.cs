using System.Text;

namespace Sallyport.Links.Mcp;

/// <summary>What a server's tool is called here: <c>mcp__server__tool</c>, as every provider takes it, and never the same for two.</summary>
internal static class ToolNames
{
    public const string Start = "mcp__";

    private const int Longest = 64;

    public static string Of(string server, string tool)
    {
        var name = new StringBuilder(Start).Append(server).Append("__").Append(tool);
        for (var i = 0; i < name.Length; i++) if (!char.IsAsciiLetterOrDigit(name[i]) && name[i] is not ('_' or '-')) name[i] = '_';
        var plain = name.ToString();
        if (plain.Length <= Longest && plain == $"{Start}{server}__{tool}") return plain;
        // Which one it was is told by its digest; two that look alike now stay two.
        var mark = "_" + CanonicalJson.Digest($"{server}:{tool}")[..8];
        return plain[..Math.Min(plain.Length, Longest - mark.Length)] + mark;
    }
}
