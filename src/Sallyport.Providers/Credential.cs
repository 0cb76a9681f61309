namespace Sallyport.Providers;

/// <summary>A credential and where it came from. Prints only the latter.</summary>
public sealed class Credential(string value, string origin)
{
    public string Value { get; } = value;

    public string Origin { get; } = origin;

    public override string ToString() => Origin;
}
