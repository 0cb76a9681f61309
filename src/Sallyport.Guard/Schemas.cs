namespace Sallyport.Guard;

/// <summary>The published JSON Schemas, as they are in the assembly.</summary>
internal static class Schemas
{
    public static string Read(string name)
    {
        using var stream = typeof(Schemas).Assembly.GetManifestResourceStream(name) ?? throw new ArgumentException($"no schema {name}", nameof(name));
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
