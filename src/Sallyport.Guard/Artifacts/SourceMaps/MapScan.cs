namespace Sallyport.Guard.Artifacts.SourceMaps;

/// <summary>Walks a map's JSON once and hands each source on as it comes.</summary>
internal sealed class MapScan(JsonBytes json, MapFacts facts, MemberSink sink)
{
    private const int MaxSections = 16;
    private const int MaxDepth = 256;
    private const int MaxName = 4096;
    private const int MaxNamesKept = 200_000;
    private const int WholeSource = 1 << 20;
    private const int MaxWaiting = 8 << 20;

    private byte[] source = new byte[32 << 10];

    /// <summary>One map object; the reader stands before its brace.</summary>
    public void Map(int depth)
    {
        json.Expect('{');
        var sources = new List<string>();
        var waiting = new List<(int Index, byte[] Content)>();
        var waitingBytes = 0;
        var haveSources = false;
        var root = "";
        try
        {
            while (!json.TrySkip('}'))
            {
                json.Expect('"');
                var key = json.ReadString(64);
                json.Expect(':');
                var token = json.PeekToken();
                switch (key)
                {
                    case "version" when token is '3' or '"':
                        if (token == '"')
                        {
                            json.Skip();
                            facts.HasVersion |= json.ReadString(16) == "3";
                            break;
                        }
                        json.Skip();
                        facts.HasVersion |= json.PeekToken() is ',' or '}' or '.';
                        if (json.Peek() == '.') throw new InvalidDataException("not a version");
                        break;
                    case "mappings" when token == '"':
                        facts.HasMappings = true;
                        Mappings();
                        break;
                    case "sourceRoot" when token == '"':
                        json.Skip();
                        root = json.ReadString(MaxName);
                        if (root.Length > 0) facts.AddAddress(root);
                        break;
                    case "sources" when token == '[':
                        haveSources = true;
                        Sources(sources);
                        foreach (var (index, content) in waiting) Emit(Name(sources, root, index), content);
                        waiting.Clear();
                        break;
                    case "sourcesContent" when token == '[':
                        Contents(index =>
                        {
                            if (haveSources || waitingBytes > MaxWaiting)
                            {
                                Content(Name(sources, root, index));
                                return;
                            }
                            var length = Head(out var ended);
                            if (!ended)
                            {
                                Large(Name(sources, root, index), length);
                                return;
                            }
                            waiting.Add((index, source[..length]));
                            waitingBytes += length;
                        });
                        break;
                    case "sections" when token == '[' && depth < MaxSections:
                        Sections(depth);
                        break;
                    default:
                        json.SkipValue(MaxDepth);
                        break;
                }
                if (!json.TrySkip(',') && json.PeekToken() != '}') throw new InvalidDataException("a comma is missing");
            }
        }
        finally
        {
            foreach (var (index, content) in waiting) Emit(Name(sources, root, index), content);
        }
    }

    // VLQs hold no text; whatever else stands there does.
    private void Mappings()
    {
        json.Skip();
        json.StopKeeping();
        json.SkipMappings();
        json.GoOnKeeping();
        json.SkipString();
    }

    private void Sources(List<string> sources)
    {
        json.Expect('[');
        while (!json.TrySkip(']'))
        {
            if (json.PeekToken() == '"')
            {
                json.Skip();
                var name = json.ReadString(MaxName);
                facts.AddSource(name);
                if (sources.Count < MaxNamesKept) sources.Add(name);
            }
            else
            {
                json.SkipValue(MaxDepth);
                if (sources.Count < MaxNamesKept) sources.Add("");
            }
            if (!json.TrySkip(',') && json.PeekToken() != ']') throw new InvalidDataException("a comma is missing");
        }
    }

    private void Contents(Action<int> content)
    {
        json.Expect('[');
        for (var index = 0; !json.TrySkip(']'); index++)
        {
            sink.CheckTime();
            if (json.PeekToken() == '"')
            {
                json.Skip();
                json.StopKeeping();
                try
                {
                    content(index);
                }
                finally
                {
                    json.GoOnKeeping();
                }
            }
            else json.SkipValue(MaxDepth);
            if (!json.TrySkip(',') && json.PeekToken() != ']') throw new InvalidDataException("a comma is missing");
        }
    }

    private void Sections(int depth)
    {
        json.Expect('[');
        while (!json.TrySkip(']'))
        {
            facts.Sections++;
            json.Expect('{');
            while (!json.TrySkip('}'))
            {
                json.Expect('"');
                var key = json.ReadString(64);
                json.Expect(':');
                var token = json.PeekToken();
                if (key == "map" && token == '{') Map(depth + 1);
                else if (key == "url" && token == '"')
                {
                    json.Skip();
                    facts.AddAddress(json.ReadString(MaxName));
                }
                else json.SkipValue(MaxDepth);
                if (!json.TrySkip(',') && json.PeekToken() != '}') throw new InvalidDataException("a comma is missing");
            }
            if (!json.TrySkip(',') && json.PeekToken() != ']') throw new InvalidDataException("a comma is missing");
        }
    }

    private void Content(string name)
    {
        var length = Head(out var ended);
        if (ended) Emit(name, source.AsMemory(0, length));
        else Large(name, length);
    }

    // The beginning of a source; all of it when it is of ordinary size. What a cut-off string still holds counts.
    private int Head(out bool ended)
    {
        var length = 0;
        ended = false;
        try
        {
            while (!ended && length < WholeSource)
            {
                if (length + 4096 > source.Length) Array.Resize(ref source, Math.Min(source.Length * 2, WholeSource + 4096));
                length += json.Unescape(source.AsSpan(length), out ended);
            }
        }
        catch (InvalidDataException)
        {
            facts.IsDamaged = true;
            ended = true;
        }
        return length;
    }

    private void Emit(string name, ReadOnlyMemory<byte> content)
    {
        var lines = content.Span.Count((byte)'\n') + (content.Length > 0 && content.Span[^1] != '\n' ? 1 : 0);
        facts.AddFile(name, content.Length, lines);
        sink.File(MemberOf(name), content);
    }

    private void Large(string name, int length)
    {
        var stream = new SourceStream(json);
        sink.File(MemberOf(name), new HeadStream(source.AsMemory(0, length), stream));
        stream.Finish();
        facts.IsDamaged |= stream.IsCut;
        var head = source.AsSpan(0, length);
        facts.AddFile(name, length + stream.Bytes, head.Count((byte)'\n') + stream.Lines + (stream.EndsLine ? 0 : 1));
    }

    private Member MemberOf(string name) => new(Shown(name)) { IsDerived = true, RecoveredAs = name };

    private string Name(List<string> sources, string root, int index)
    {
        var name = index < sources.Count ? sources[index] : "";
        return MapNames.PathOf(name.Length == 0 ? $"source-{index + 1}" : name, root, sink.Container.InPackage);
    }

    private static string Shown(string name) => name.Length > 300 ? "…" + name[^300..] : name;
}
