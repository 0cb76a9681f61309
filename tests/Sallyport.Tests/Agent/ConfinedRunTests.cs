using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Sallyport.Agent;
using Sallyport.Engine;
using Sallyport.Engine.Sandboxing;
using Sallyport.Engine.Tools;
using Sallyport.ModelServer;

namespace Sallyport.Tests.Agent;

/// <summary>The whole program with its sandbox: what a command reaches, and through which parts of ourselves.</summary>
public sealed class ConfinedRunTests
{
    [Fact]
    public async Task Commands_of_a_run_are_confined_unless_it_says_otherwise()
    {
        Needs(SandboxForm.Bubblewrap);
        await using var bench = await AgentBench.Start("anthropic", Bash("echo yes > ../home/out; touch in"), new Step("Done."), Bash("echo yes > ../home/out"), new Step("Done."));
        Assert.Equal(0, (await bench.Prompt("Go.", "--permission-mode", "auto")).Exit);
        Assert.True(File.Exists(Path.Combine(bench.Work, "in")));
        Assert.False(File.Exists(Path.Combine(bench.Work, "..", "home", "out")));
        Assert.Equal(0, (await bench.Prompt("Go.", "--permission-mode", "auto", "--sandbox", "off")).Exit);
        Assert.True(File.Exists(Path.Combine(bench.Work, "..", "home", "out")));
    }

    [Fact]
    public async Task An_allowed_host_is_reached_through_the_proxy_and_no_other()
    {
        Needs(SandboxForm.Bubblewrap);
        using var allowed = Server("allowed");
        using var other = Server("other");
        var (a, o) = (Port(allowed), Port(other));
        var command = $"curl -sS -m 10 http://127.0.0.1:{a}/; curl -sS -m 10 http://127.0.0.1:{o}/; curl -sS -m 5 --noproxy '*' http://127.0.0.1:{a}/ || echo direct-$?; curl -sS -m 10 -p http://127.0.0.1:{a}/; exit 5";
        await using var bench = await AgentBench.Start("anthropic", Bash("unset NO_PROXY no_proxy; " + command), new Step("Done."));
        bench.Settings($$"""{ "network": { "allow": ["127.0.0.1:{{a}}"] } }""");
        var ran = await bench.Prompt("Go.", "--permission-mode", "auto");
        Assert.Equal(0, ran.Exit);
        var text = Assert.Single(bench.Model.Journal.Play[1].Asked!.Results).Text;
        Assert.Equal(3, text.Split("allowed").Length);
        Assert.Contains("not among the hosts", text);
        Assert.DoesNotContain("other", text.Replace("another", "", StringComparison.Ordinal));
        Assert.Contains("direct-7", text);
        Assert.Contains("exit 5", text);
    }

    [Fact]
    public async Task A_connection_ends_with_the_command_that_opened_it()
    {
        Needs(SandboxForm.Bubblewrap);
        Assert.SkipUnless(File.Exists("/usr/bin/python3"), "needs python3");
        using var sink = new TcpListener(IPAddress.Loopback, 0);
        sink.Start();
        var port = Port(sink);
        await using var bench = await AgentBench.Start("anthropic", Bash("python3 tunnel.py & until test -e open; do sleep 0.02; done"), Bash("until test -e cut; do sleep 0.02; done; cat cut"), new Step("Done."));
        bench.Settings($$"""{ "network": { "allow": ["127.0.0.1:{{port}}"] } }""");
        bench.Write("tunnel.py", $"""
            import os, socket, time, urllib.parse
            proxy = urllib.parse.urlparse(os.environ['HTTPS_PROXY'])
            s = socket.create_connection((proxy.hostname, proxy.port))
            s.sendall(b'CONNECT 127.0.0.1:{port} HTTP/1.1\r\n\r\n')
            s.recv(4096)
            open('open', 'w').close()
            try:
                while True:
                    s.sendall(b'tick')
                    time.sleep(0.02)
            except OSError as e:
                open('cut.part', 'w').write('it was cut')
                os.rename('cut.part', 'cut')

            """);
        Assert.Equal(0, (await bench.Prompt("Go.", "--permission-mode", "auto")).Exit);
        Assert.Contains("it was cut", Assert.Single(bench.Model.Journal.Play[2].Asked!.Results).Text, StringComparison.Ordinal);
        var log = (await bench.Run(null, "audit", "log")).Output;
        Assert.Contains("cut: the command that was let has ended", log, StringComparison.Ordinal);
        Assert.True(sink.Pending());
    }

    [Fact]
    public async Task What_left_through_the_proxy_is_in_the_ledger_and_among_what_was_sent()
    {
        Needs(SandboxForm.Bubblewrap);
        using var allowed = Server("allowed");
        var a = Port(allowed);
        await using var bench = await AgentBench.Start("anthropic", Bash($"unset NO_PROXY no_proxy; curl -sS -m 10 -d a=b http://127.0.0.1:{a}/; curl -sS -m 10 http://127.0.0.2:{a}/"), new Step("Done."));
        bench.Settings($$"""{ "network": { "allow": ["127.0.0.1:{{a}}"] } }""");
        Assert.Equal(0, (await bench.Prompt("Go.", "--permission-mode", "auto")).Exit);
        var log = (await bench.Run(null, "audit", "log")).Output.Split('\n').Where(line => line.Contains("sandbox to", StringComparison.Ordinal)).ToList();
        Assert.Equal(3, log.Count);
        Assert.Contains(log, line => line.Contains($"sandbox to 127.0.0.1:{a}, opened #1 (network.allow 127.0.0.1:{a})", StringComparison.Ordinal));
        Assert.Contains(log, line => Regex.IsMatch(line, $"sandbox to 127.0.0.1:{a}, ended #1 .* [0-9]+ bytes sent, [0-9]+ received sha256:[0-9a-f]+ of the request .*untrusted:host"));
        Assert.Contains(log, line => line.Contains($"sandbox to 127.0.0.2:{a}, refused (network.allow)", StringComparison.Ordinal));
        var sent = (await bench.Run(null, "sent")).Output;
        Assert.Matches($"sandbox  connection 1 to 127.0.0.1:{a}  [0-9]+ bytes  sha256 [0-9a-f]+ .*by a command", sent);
        var number = sent.Split('\n').ToList().FindIndex(line => line.Contains("by a command", StringComparison.Ordinal)) + 1;
        Assert.Contains("only its digest", (await bench.Run(null, "sent", "--text", $"{number}")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_is_none_is_told()
    {
        await using var bench = await AgentBench.Start("anthropic", new Step("Never."));
        bench.Settings("""{ "network": { "allow": ["https://example.org/"] } }""");
        var ran = await bench.Prompt("Go.");
        Assert.Equal(2, ran.Exit);
        Assert.Contains("network.allow", ran.Error);
    }

    [Fact]
    public void The_launcher_becomes_the_program_within_its_bounds()
    {
        Needs(SandboxForm.Landlock);
        using var folder = new TempFolder();
        var work = Directory.CreateDirectory(Path.Combine(folder.Path, "work")).FullName;
        var self = new[] { "dotnet", typeof(Sally).Assembly.Location };
        using var sandbox = new Sandbox(new SandboxSetup { Workspace = new Workspace(work), OutputFolder = Path.Combine(folder.Path, "out"), Home = folder.Path, Self = self, Form = SandboxForm.Landlock });
        var variables = new Dictionary<string, string> { ["PATH"] = Environment.GetEnvironmentVariable("PATH")!, ["HOME"] = folder.Path };
        var launch = sandbox.Prepare(new Launch("/bin/sh", ["-c", $"echo in > in; echo out > '{folder.Path}/out.txt'; cat /proc/{Environment.ProcessId}/environ; echo \"$0 $1\"; exit 3", "zero", "one two"], variables, work));
        var start = new ProcessStartInfo(launch.Program, launch.Arguments) { WorkingDirectory = launch.Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Clear();
        foreach (var (name, value) in launch.Environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal((3, "zero one two\n"), (process.ExitCode, output));
        Assert.True(File.Exists(Path.Combine(work, "in")));
        Assert.False(File.Exists(Path.Combine(folder.Path, "out.txt")));
    }

    [Theory]
    [InlineData("GITHUB_TOKEN", true)]
    [InlineData("AWS_SECRET_ACCESS_KEY", true)]
    [InlineData("NPM_CONFIG__AUTH", true)]
    [InlineData("MYAPIKEY", true)]
    [InlineData("PGPASSWORD", true)]
    [InlineData("db_password", true)]
    [InlineData("GOOGLE_APPLICATION_CREDENTIALS", true)]
    [InlineData("SSH_AUTH_SOCK", true)]
    [InlineData("DBUS_SESSION_BUS_ADDRESS", true)]
    [InlineData("PATH", false)]
    [InlineData("PWD", false)]
    [InlineData("MONKEY", false)]
    [InlineData("KEYBOARD", false)]
    [InlineData("AUTHOR", false)]
    [InlineData("GIT_AUTHOR_NAME", false)]
    [InlineData("PATTERN", false)]
    [InlineData("COMPASS_HOME", false)]
    public void Variables_that_speak_of_a_credential_stay_here(string name, bool stays) => Assert.Equal(stays, ChildEnvironment.IsPrivate(name));

    [Fact]
    public async Task What_the_settings_name_is_passed()
    {
        await using var bench = await AgentBench.Start("anthropic", Bash("echo \"$ONE_TOKEN-$OTHER_TOKEN-$MARK\""), new Step("Done."));
        (bench.Variables["ONE_TOKEN"], bench.Variables["OTHER_TOKEN"]) = ("passed", "kept");
        bench.Settings("""{ "passEnv": ["ONE_TOKEN"], "env": { "MARK": "added" } }""");
        Assert.Equal(0, (await bench.Prompt("Go.", "--permission-mode", "auto", "--sandbox", "off")).Exit);
        Assert.Equal("passed--added", Assert.Single(bench.Model.Journal.Play[1].Asked!.Results).Text);
    }

    private static Step Bash(string command) => new("", new ScriptedCall("bash", System.Text.Json.JsonSerializer.Serialize(new { command })));

    private static void Needs(SandboxForm form)
    {
        var problem = SandboxProbe.Try(form).Problem;
        Assert.SkipUnless(problem is null, problem ?? "");
    }

    private static int Port(TcpListener server) => ((IPEndPoint)server.LocalEndpoint).Port;

    private static TcpListener Server(string answer)
    {
        var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        _ = Serve();
        return server;

        async Task Serve()
        {
            var page = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 200 OK\r\nContent-Length: {answer.Length + 1}\r\nConnection: close\r\n\r\n{answer}\n"));
            try
            {
                while (true)
                {
                    using var client = await server.AcceptSocketAsync(TestContext.Current.CancellationToken);
                    await client.ReceiveAsync(new byte[4096], TestContext.Current.CancellationToken);
                    await client.SendAsync(page, TestContext.Current.CancellationToken);
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // The test is over.
            }
        }
    }
}
