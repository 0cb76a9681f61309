namespace Sallyport.Guard;

/// <summary>Files that travel inside the assembly: the published schemas, the parts of the HTML report.</summary>
internal static class Resources
{
    public static string Read(string name)
    {
        using var stream = typeof(Resources).Assembly.GetManifestResourceStream(name) ?? throw new ArgumentException($"no resource {name}", nameof(name));
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
