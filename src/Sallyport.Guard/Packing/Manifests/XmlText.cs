using System.Xml;

namespace Sallyport.Guard.Packing.Manifests;

/// <summary>Reads elements out of small XML files: no entities, no external anything, no namespaces to get wrong.</summary>
internal static class XmlText
{
    private const int MaxDepth = 64;

    /// <summary>Every element with its '/' path of local names, its attributes and its own text. Empty when the XML is damaged.</summary>
    public static IReadOnlyList<XmlElement> Elements(byte[] content)
    {
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null, IgnoreComments = true, IgnoreProcessingInstructions = true, MaxCharactersFromEntities = 1024 };
        var all = new List<XmlElement>();
        var open = new Stack<XmlElement>();
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(content), settings);
            while (reader.Read())
            {
                switch (reader.NodeType)
                {
                    case XmlNodeType.Element:
                        if (open.Count >= MaxDepth) return all;
                        var isEmpty = reader.IsEmptyElement;
                        var line = (reader as IXmlLineInfo)?.LineNumber ?? 1;
                        var element = new XmlElement(open.TryPeek(out var parent) ? $"{parent.Path}/{reader.LocalName}" : reader.LocalName, line);
                        while (reader.MoveToNextAttribute()) element.Attributes[reader.LocalName] = reader.Value;
                        all.Add(element);
                        if (!isEmpty) open.Push(element);
                        break;
                    case XmlNodeType.EndElement:
                        open.Pop();
                        break;
                    case XmlNodeType.Text or XmlNodeType.CDATA:
                        if (open.TryPeek(out var owner)) owner.Text += reader.Value.Trim();
                        break;
                }
            }
        }
        catch (XmlException)
        {
            // What stands before the damage is still what the file says.
        }
        return all;
    }

    public static string? Find(this IEnumerable<XmlElement> elements, string path) =>
        elements.FirstOrDefault(e => e.Path.Equals(path, StringComparison.OrdinalIgnoreCase))?.Text is { Length: > 0 } text ? text : null;
}

/// <param name="Path">Local names from the root, divided by '/'.</param>
/// <param name="Line">From 1.</param>
internal sealed record XmlElement(string Path, int Line)
{
    public Dictionary<string, string> Attributes { get; } = new(StringComparer.OrdinalIgnoreCase);
    public string Text { get; set; } = "";
}
