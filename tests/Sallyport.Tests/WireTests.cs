using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using Sallyport.Guard.Gate;

namespace Sallyport.Tests;

/// <summary>Nothing speaks to the network around the gate: read from the compiled code, method by method.</summary>
public sealed class WireTests
{
    /// <summary>What opens a way to the network.</summary>
    private static readonly string[] Openers =
    [
        "SocketsHttpHandler..ctor", "HttpClientHandler..ctor", "WinHttpHandler..ctor", "HttpClient..ctor()", "WebRequest.Create", "WebClient..ctor", "ClientWebSocket..ctor",
        "TcpClient..ctor", "UdpClient..ctor", "Socket..ctor", "SmtpClient..ctor", "NamedPipeClientStream..ctor", "QuicConnection.ConnectAsync",
    ];

    /// <summary>Who may, and why.</summary>
    private static readonly Dictionary<string, string> Allowed = new()
    {
        ["Sallyport.Guard.Gate.ExitWire SocketsHttpHandler..ctor"] = "the wire itself, with the backstop on it",
        ["Sallyport.Tools.Web.PageRequest Socket..ctor"] = "connects that wire to the address that was judged",
        ["Sallyport.Engine.Sandboxing.EgressProxy Socket..ctor"] = "confined commands leave by it, to hosts that rules allow and the gate cleared",
        ["Sallyport.Engine.Sandboxing.VerdictDoor Socket..ctor"] = "a hook within a sandbox tells its session what it judged, by a socket in the file system",
        ["Sallyport.Agent.BridgeMode Socket..ctor"] = "the confined end of that proxy, on loopback",
    };

    [Fact]
    public void No_wire_is_made_but_under_the_backstop()
    {
        var (found, made) = (new List<string>(), new HashSet<string>());
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory, "Sallyport*.dll").Append(Path.Combine(AppContext.BaseDirectory, "sally.dll")).Where(File.Exists))
        {
            if (Path.GetFileNameWithoutExtension(file) is var name && (name.EndsWith("Tests", StringComparison.Ordinal) || name.EndsWith("ModelServer", StringComparison.Ordinal))) continue;
            foreach (var use in Uses(file))
            {
                if (Allowed.ContainsKey(use)) made.Add(use);
                else found.Add($"{Path.GetFileName(file)}: {use}");
            }
        }
        Assert.True(found.Count == 0, "These open a way to the network around Guard/Gate/ExitWire:\n" + string.Join("\n", found.Distinct()));
        Assert.Equal(Allowed.Keys.Order(), made.Order());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_wire_sends_nothing_that_was_not_cleared_for_its_channel(bool asynchronous)
    {
        var gate = new ExitGate();
        using var http = new HttpMessageInvoker(ExitWire.Open(gate, "web"));
        gate.Clear("anything", new Destination("model", "nowhere.invalid"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://nowhere.invalid/x");
        var stopped = asynchronous
            ? await Assert.ThrowsAsync<GateStoppedException>(() => http.SendAsync(request, TestContext.Current.CancellationToken))
            : Assert.Throws<GateStoppedException>(() => http.Send(request, TestContext.Current.CancellationToken));
        Assert.Equal(new Destination("web", "nowhere.invalid"), stopped.Destination);
        // Cleared, it goes out, and only then finds that there is no such host.
        gate.Clear("anything", new Destination("web", "nowhere.invalid"));
        using var cleared = new HttpRequestMessage(HttpMethod.Get, "https://nowhere.invalid/x");
        await Assert.ThrowsAsync<HttpRequestException>(() => http.SendAsync(cleared, TestContext.Current.CancellationToken));
    }

    /// <summary>Each use of an opener: the outermost type that holds it, and what it uses.</summary>
    private static IEnumerable<string> Uses(string file)
    {
        using var image = new PEReader(File.OpenRead(file));
        var metadata = image.GetMetadataReader();
        var tokens = new Dictionary<int, string>();
        foreach (var handle in metadata.MemberReferences)
        {
            var member = metadata.GetMemberReference(handle);
            if (member.Parent.Kind != HandleKind.TypeReference) continue;
            var name = $"{metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)member.Parent).Name)}.{metadata.GetString(member.Name)}";
            // The second byte of a signature is the count of its parameters.
            var full = name + (metadata.GetBlobBytes(member.Signature)[1] == 0 ? "()" : "");
            if (Array.Find(Openers, opener => opener == name || opener == full) is { } opener) tokens[MetadataTokens.GetToken(handle)] = opener.Replace("()", "", StringComparison.Ordinal);
        }
        if (tokens.Count == 0) yield break;
        foreach (var handle in metadata.MethodDefinitions)
        {
            var method = metadata.GetMethodDefinition(handle);
            if (method.RelativeVirtualAddress == 0) continue;
            var code = image.GetMethodBody(method.RelativeVirtualAddress).GetILBytes()!;
            for (var at = 0; at + 5 <= code.Length; at++)
                // call, callvirt, newobj, ldftn
                if (code[at] is 0x28 or 0x6F or 0x73 or 0x06 && tokens.TryGetValue(BitConverter.ToInt32(code, at + 1), out var use)) yield return $"{Outermost(metadata, method.GetDeclaringType())} {use}";
        }
    }

    private static string Outermost(MetadataReader metadata, TypeDefinitionHandle handle)
    {
        var type = metadata.GetTypeDefinition(handle);
        while (!type.GetDeclaringType().IsNil) type = metadata.GetTypeDefinition(type.GetDeclaringType());
        return $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}";
    }
}
