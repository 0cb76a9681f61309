using System.Net;
using System.Net.Sockets;
using System.Text;
using Sallyport.Engine.Models;

namespace Sallyport.Providers.Tests;

/// <summary>Which provider is used, with which credential, and what is said when there is none.</summary>
public sealed class ProviderTableTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sally-table-");
    private readonly Dictionary<string, string> _variables = [];

    public void Dispose() => _folder.Delete(recursive: true);

    private string CredentialFile => Path.Combine(_folder.FullName, "credentials.json");

    // Nothing answers for it: a test must not find a real server on this machine.
    private ProviderTable Table() =>
        new(new HttpMessageInvoker(new Replay("") { Breaks = new HttpRequestException("nobody") }), ModelCatalogue.Load(), _variables.GetValueOrDefault, new CredentialStore(CredentialFile, _variables.GetValueOrDefault));

    private Task<ProviderChoice> Choose(string? name = null, string? address = null) => Table().Choose(name, address, TestContext.Current.CancellationToken);

    [Fact]
    public void There_are_five_providers() => Assert.Equal(["anthropic", "gemini", "openai", "openai-chat", "recorded"], ProviderTable.Kinds.Select(k => k.Name));

    [Fact]
    public void Child_processes_are_told_which_variables_not_to_have() =>
        Assert.Equal(["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "GEMINI_API_KEY", "GOOGLE_API_KEY", "OPENAI_API_KEY"], ProviderTable.CredentialVariables.Order(StringComparer.Ordinal));

    [Fact]
    public async Task The_first_key_in_order_decides()
    {
        _variables["GEMINI_API_KEY"] = "g";
        Assert.Equal("gemini", (await Choose()).Kind.Name);
        _variables["OPENAI_API_KEY"] = "o";
        Assert.Equal("openai", (await Choose()).Kind.Name);
        _variables["ANTHROPIC_API_KEY"] = "a";
        var choice = await Choose();
        Assert.Equal(("anthropic", "ANTHROPIC_API_KEY", "api.anthropic.com"), (choice.Kind.Name, choice.Origin, choice.Provider.Destination.Name));
        Assert.Equal("gemini", (await Choose("gemini")).Kind.Name);
    }

    [Fact]
    public async Task An_address_alone_is_a_compatible_server_without_a_key()
    {
        var choice = await Choose(address: "http://127.0.0.1:8080/v1");
        Assert.Equal(("openai-chat", "127.0.0.1:8080"), (choice.Kind.Name, choice.Provider.Destination.Name));
        _variables["OPENAI_BASE_URL"] = "http://127.0.0.1:9/v1";
        Assert.Equal("127.0.0.1:9", (await Choose()).Provider.Destination.Name);
    }

    [Fact]
    public async Task Without_anything_the_variables_to_set_are_named()
    {
        var failure = await Assert.ThrowsAsync<ProviderException>(() => Choose());
        foreach (var name in (string[])["ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY", "--base-url"]) Assert.Contains(name, failure.Message, StringComparison.Ordinal);
        Assert.Contains("ANTHROPIC_API_KEY", (await Assert.ThrowsAsync<ProviderException>(() => Choose("anthropic"))).Message, StringComparison.Ordinal);
        Assert.Contains("anthropic, gemini, openai, openai-chat and recorded", (await Assert.ThrowsAsync<ProviderException>(() => Choose("other"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_others_can_read_is_not_used_and_the_fix_is_told()
    {
        if (OperatingSystem.IsWindows()) return;
        File.WriteAllText(CredentialFile, """{"gemini": "from-the-file"}""");
        File.SetUnixFileMode(CredentialFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        var failure = await Assert.ThrowsAsync<ProviderException>(() => Choose());
        Assert.Contains("chmod 600 " + CredentialFile, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("from-the-file", failure.Message, StringComparison.Ordinal);
        File.SetUnixFileMode(CredentialFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var choice = await Choose();
        Assert.Equal(("gemini", CredentialFile), (choice.Kind.Name, choice.Origin));
    }

    [Fact]
    public async Task A_broken_credential_file_is_named_without_its_text()
    {
        File.WriteAllText(CredentialFile, "{\n\"gemini\": \"from-the-file\n}");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(CredentialFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var failure = await Assert.ThrowsAsync<ProviderException>(() => Choose("gemini"));
        Assert.Contains(CredentialFile + ":2", failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("from-the-file", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_keyring_is_asked_by_its_program_and_only_where_there_is_a_session()
    {
        if (OperatingSystem.IsWindows()) return;
        var program = Path.Combine(_folder.FullName, "secret-tool");
        File.WriteAllText(program, "#!/bin/sh\n[ \"$*\" = 'lookup service sallyport account openai' ] && echo from-the-keyring\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _variables["PATH"] = _folder.FullName;
        await Assert.ThrowsAsync<ProviderException>(() => Choose());
        _variables["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=/nowhere";
        var choice = await Choose();
        Assert.Equal(("openai", "the keyring"), (choice.Kind.Name, choice.Origin));
    }

    [Fact]
    public async Task A_server_on_this_machine_is_found_with_its_first_model()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var serving = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
            var stream = client.GetStream();
            _ = await stream.ReadAsync(new byte[4096], TestContext.Current.CancellationToken);
            const string Body = """{"object":"list","data":[{"id":"nomic-embed-text"},{"id":"qwen3:8b"}]}""";
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {Body.Length}\r\n\r\n{Body}"), TestContext.Current.CancellationToken);
        }, TestContext.Current.CancellationToken);
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var http = ProviderHttp.Create(new Guard.Gate.ExitGate());
        var found = await LocalServers.Find(http, [("Ollama", port), ("Silent", ((IPEndPoint)silent.LocalEndpoint).Port)], TestContext.Current.CancellationToken);
        Assert.Equal(new LocalServer("Ollama", $"http://127.0.0.1:{port}/v1", "qwen3:8b"), found);
        await serving;
    }
}
