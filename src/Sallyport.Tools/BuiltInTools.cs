using Sallyport.Engine.Tools;

namespace Sallyport.Tools;

/// <summary>Every built-in tool, in order of name.</summary>
public static class BuiltInTools
{
    public static Tool[] All()
    {
        var all = ToolShelf.All();
        Array.Sort(all, static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        return all;
    }
}
