using Sallyport.Guard;

namespace Sallyport.Gate;

/// <summary>Reads a policy's text, changes it and writes it back whole.</summary>
internal static class PolicyEdit
{
    /// <summary>Returns the text as it was; null when there was no file.</summary>
    public static string? Apply(string file, Func<string?, string> change)
    {
        string? before;
        try
        {
            before = File.Exists(file) ? File.ReadAllText(file) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GuardException($"{file}: cannot be read ({e.Message})", e);
        }
        var after = change(before);
        if (after != before) Output.Write(file, writer => writer.Write(after));
        return before;
    }
}
