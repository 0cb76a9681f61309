namespace Sallyport.Engine.Secrets;

/// <summary>What the user said of secrets and places with <c>secrets.allow</c>.</summary>
/// <param name="hosts">Places by the kind of secret that may go there: hosts, and servers as <c>mcp:github</c>.</param>
public sealed class AllowedSecrets(IReadOnlyDictionary<string, IReadOnlyList<string>> hosts)
{
    /// <summary>Whether what a placeholder stands for may go to a place.</summary>
    public bool Allows(string placeholder, string place) => CallSeal.Allows(hosts, placeholder, place);
}
