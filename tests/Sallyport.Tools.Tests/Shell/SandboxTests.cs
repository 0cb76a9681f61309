using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Sallyport.Engine;
using Sallyport.Engine.Sandboxing;
using Sallyport.Engine.Tools;

namespace Sallyport.Tools.Tests.Shell;

/// <summary>Real commands in real sandboxes, of every form that works on this machine.</summary>
public sealed class SandboxTests : IAsyncDisposable
{
    private readonly ToolBench bench = new();
    private readonly List<IDisposable> held = [];

    public static TheoryData<SandboxForm> Forms { get; } = new(SandboxForm.Bubblewrap, SandboxForm.Landlock);

    // Not among temporary files: confined commands have a folder of their own for those.
    private readonly DirectoryInfo outside = Directory.CreateDirectory(Path.Combine(Lasting(), $"sandbox-{Guid.NewGuid():n}"));

    private static string Lasting() => !AppContext.BaseDirectory.StartsWith("/tmp/", StringComparison.Ordinal) ? AppContext.BaseDirectory
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");

    private string Home => Path.Combine(outside.FullName, "home");

    private ToolContext In(SandboxForm form, IReadOnlyDictionary<string, string>? environment = null)
    {
        var problem = SandboxProbe.Try(form).Problem;
        Assert.SkipUnless(problem is null, problem ?? "");
        Directory.CreateDirectory(Home);
        var sandbox = new Sandbox(new SandboxSetup { Workspace = new Workspace(bench.Root), OutputFolder = bench.Context.OutputFolder, Home = Home, Form = form });
        held.Add(sandbox);
        return Contexts.In(bench.Context, bench.Root, sandbox, environment);
    }

    private async Task<ToolResult> Run(ToolContext context, object arguments) =>
        await ToolBench.Find("bash").Run(new ToolCall("call", ToolBench.Json(arguments), context, static _ => { }), TestContext.Current.CancellationToken);

    private async Task<string> Bash(ToolContext context, string command) => (await Run(context, new { command })).Text;

    [Theory, MemberData(nameof(Forms))]
    public async Task Commands_write_in_the_workspace_and_nowhere_else(SandboxForm form)
    {
        var context = In(form);
        var outside = Path.Combine(this.outside.FullName, "outside.txt");
        File.WriteAllText(outside, "as it was");
        Assert.Equal("(no output)", await Bash(context, "echo mine > made.txt; mkdir -p a/b && mv made.txt a/b/ && ln -s b a/link && rm a/link"));
        Assert.Equal("mine\n", bench.Text("a/b/made.txt"));
        foreach (var command in new[] { $"echo x > '{outside}'", $"truncate -s 0 '{outside}'", $"rm '{outside}'", $"mv '{outside}' .", $"touch '{Home}/new'", "touch /usr/new", "echo x > /etc/new", $"ln '{outside}' here && echo x >> here" })
            Assert.Contains("exit", await Bash(context, command));
        // The kernel's Landlock does not know permissions.
        if (form == SandboxForm.Bubblewrap) Assert.Contains("exit", await Bash(context, $"chmod 777 '{outside}'"));
        Assert.Equal("as it was", File.ReadAllText(outside));
        Assert.Empty(Directory.GetFileSystemEntries(Home));
    }

    [Theory, MemberData(nameof(Forms))]
    public async Task A_link_out_of_the_workspace_is_not_written_through(SandboxForm form)
    {
        var context = In(form);
        var outside = Path.Combine(this.outside.FullName, "folder");
        Directory.CreateDirectory(outside);
        Directory.CreateSymbolicLink(bench.At("way"), outside);
        Assert.Contains("exit", await Bash(context, "echo x > way/file"));
        Assert.Contains("exit", await Bash(context, $"ln -s '{outside}' other; echo x > other/file"));
        Assert.Empty(Directory.GetFileSystemEntries(outside));
    }

    [Theory, MemberData(nameof(Forms))]
    public async Task Private_places_are_not_read(SandboxForm form)
    {
        foreach (var place in new[] { ".ssh/id_test", ".aws/config", ".netrc", ".config/gcloud/x", ".claude/state", ".bash_history" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Home, place))!);
            File.WriteAllText(Path.Combine(Home, place), "canary");
        }
        File.WriteAllText(Path.Combine(Home, "notes.txt"), "readable");
        File.WriteAllText(Path.Combine(Home, ".config", "plain"), "readable");
        Directory.CreateSymbolicLink(bench.At("keys"), Path.Combine(Home, ".ssh"));
        var context = In(form);
        foreach (var place in new[] { $"{Home}/.ssh/id_test", $"{Home}/.aws/config", $"{Home}/.netrc", $"{Home}/.config/gcloud/x", $"{Home}/.claude/state", $"{Home}/.bash_history", "keys/id_test", $"/proc/self/root{Home}/.netrc" })
        {
            var text = await Bash(context, $"cat '{place}'");
            Assert.DoesNotContain("canary", text);
            Assert.Contains("exit 1", text);
        }
        Assert.DoesNotContain("canary", await Bash(context, $"grep -r canary '{Home}'; mkdir copy; cp -r '{Home}' copy; grep -r canary copy"));
        Assert.Equal("readablereadable", await Bash(context, $"cat '{Home}/notes.txt' '{Home}/.config/plain'"));
    }

    [Fact]
    public async Task What_acts_later_is_covered_and_what_is_private_does_not_come_back_by_it()
    {
        var context = In(SandboxForm.Bubblewrap);
        File.WriteAllText(bench.At("AGENTS.md"), "kind");
        Directory.CreateDirectory(Path.Combine(Home, ".claude"));
        File.WriteAllText(Path.Combine(Home, ".claude", "state"), "canary");
        string[] places = [bench.At("AGENTS.md"), Path.Combine(Home, ".claude"), bench.At("missing.md")];
        using var sandbox = new Sandbox(new SandboxSetup { Workspace = new Workspace(bench.Root, [Home]), OutputFolder = bench.Context.OutputFolder, Home = Home, Form = SandboxForm.Bubblewrap, Held = () => places });
        context = Contexts.In(bench.Context, bench.Root, sandbox);
        var text = await Bash(context, $"echo evil > AGENTS.md; cat AGENTS.md '{Home}/.claude/state'; echo new > other.md; exit 1");
        Assert.Contains("Read-only file system", text);
        Assert.Contains("kind", text);
        Assert.Contains("acts later and cannot be changed by commands", text);
        Assert.DoesNotContain("canary", text);
        Assert.Equal("new\n", File.ReadAllText(bench.At("other.md")));
    }

    [Theory, MemberData(nameof(Forms))]
    public async Task The_network_is_closed_and_the_model_is_told(SandboxForm form)
    {
        using var tcp = new TcpListener(IPAddress.Loopback, 0);
        tcp.Start();
        using var udp = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var (stream, packet) = (((IPEndPoint)tcp.LocalEndpoint).Port, ((IPEndPoint)udp.Client.LocalEndPoint!).Port);
        var context = In(form);
        Assert.Contains("exit", await Bash(context, $"exec 3<>/dev/tcp/127.0.0.1/{stream} && echo canary >&3"));
        await Bash(context, $"echo canary > /dev/udp/127.0.0.1/{packet}");
        await Bash(context, $"python3 -c 'import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b\"canary\", (\"127.0.0.1\", {packet}))'");
        await Bash(context, "python3 -c 'import socket; socket.socket(40, socket.SOCK_STREAM)' && echo vsock > vsock");
        Assert.False(tcp.Pending());
        Assert.Equal(0, udp.Available);
        Assert.False(File.Exists(bench.At("vsock")));
        Assert.Contains("the network is closed in the sandbox", await Bash(context, "echo 'curl: (6) Could not resolve host: example.org'; false"));
    }

    [Theory, MemberData(nameof(Forms))]
    public async Task Other_processes_are_out_of_reach(SandboxForm form)
    {
        var context = In(form);
        var self = Environment.ProcessId;
        Assert.Contains("exit 1", await Bash(context, $"cat /proc/{self}/environ > environ"));
        Assert.True(!File.Exists(bench.At("environ")) || bench.Text("environ").Length == 0);
        Assert.Contains("exit", await Bash(context, $"kill -0 {self}"));
        Assert.Contains("exit", await Bash(context, "unshare -Ur true"));
        Assert.Contains("exit", await Bash(context, "unshare -m true"));
        Assert.Contains("exit", await Bash(context, "mount -t tmpfs none ."));
        Assert.Contains("0000000000000000", await Bash(context, "grep CapEff /proc/self/status"));
        Assert.Contains("Seccomp:\t2", await Bash(context, "cat /proc/self/status"));
    }

    [Fact]
    public async Task What_runs_by_itself_later_cannot_be_changed()
    {
        await Git("init -q .");
        bench.Put(".sallyport/settings.json", "{}");
        var before = bench.Text(".git/config");
        var context = In(SandboxForm.Bubblewrap);
        foreach (var command in new[] { "echo x > .git/hooks/pre-commit", "git config core.fsmonitor ./evil", "mv .git other", "mv .git/hooks other", "echo x > .sallyport/settings.json", "mv .sallyport other", "rm .git/config" })
            Assert.Contains("exit", await Bash(context, command));
        Assert.Equal(before, bench.Text(".git/config"));
        Assert.False(File.Exists(bench.At(".git/hooks/pre-commit")));
        Assert.Contains("git's configuration", await Bash(context, "git config a.b c"));
        Assert.Contains("done", await Bash(context, "echo x > new.txt && git add -A && git -c user.name=n -c user.email=e@example.org commit -qm first && git checkout -qb branch && echo done"));
    }

    [Fact]
    public async Task A_linked_work_tree_can_be_committed_in()
    {
        var context = Contexts.In(bench.Context, bench.Root, new Sandbox(new SandboxSetup { Workspace = new Workspace(bench.At("tree")), OutputFolder = bench.Context.OutputFolder, Home = Home, Form = SandboxForm.Bubblewrap }));
        In(SandboxForm.Bubblewrap);
        Directory.CreateDirectory(bench.At("main"));
        await Git("-C main init -q .");
        await Git("-C main -c user.name=n -c user.email=e@example.org commit -q --allow-empty -m first");
        await Git("-C main worktree add -q ../tree");
        Assert.Contains("done", await Bash(context, "cd tree && echo x > f && git add f && git -c user.name=n -c user.email=e@example.org commit -qm second && echo done"));
        Assert.Contains("exit", await Bash(context, "echo x > main/f"));
        (context.Launcher as IDisposable)!.Dispose();
    }

    [Theory, MemberData(nameof(Forms))]
    public async Task Folders_are_followed_terminals_work_and_exit_codes_come_through(SandboxForm form)
    {
        var context = In(form);
        Assert.EndsWith("[working folder: sub]", await Bash(context, "mkdir -p sub; cd sub"));
        Assert.Equal(Path.Combine(bench.Root, "sub"), await Bash(context, "pwd"));
        Assert.Contains("exit 7", await Bash(context, "exit 7"));
        var terminal = await Run(context, new { command = "test -t 1 && stty size; (echo yes) > /dev/tty", pty = true });
        Assert.Equal("24 80\nyes", terminal.Text);
        Assert.Equal("kept", await Bash(context, "echo kept > $TMPDIR/file; cat $TMPDIR/file"));
        Assert.Equal("kept", await Bash(context, "cat $TMPDIR/file"));
    }

    [Theory, MemberData(nameof(Forms))]
    public async Task What_runs_too_long_ends_as_a_whole_and_is_asked_first(SandboxForm form)
    {
        var context = In(form);
        var result = await Run(context, new { command = "trap 'echo asked > asked; exit' TERM; (sleep 1000; touch late) & sleep 1000 & wait", timeout_ms = 1500 });
        Assert.Contains("ended after its time", result.Text);
        Assert.Equal("asked\n", bench.Text("asked"));
        Assert.Equal([], Processes("sleep 1000"));
    }

    [Theory, MemberData(nameof(Forms))]
    public async Task What_is_left_running_is_a_job(SandboxForm form)
    {
        var context = In(form);
        Assert.DoesNotContain("left programs running", await Bash(context, "echo quick"));
        var text = await Bash(context, "sleep 2000 & echo started");
        Assert.Contains("[it left programs running, now job", text);
        await context.Jobs.DisposeAsync();
        Assert.Equal([], Processes("sleep 2000"));
    }

    [Theory, MemberData(nameof(Forms))]
    public async Task Tools_of_the_trade_run_inside(SandboxForm form)
    {
        bench.Put("app.js", "const { execFileSync, spawn } = require('child_process'); console.log('node ' + execFileSync('echo', ['ok']))");
        bench.Put("app.py", "import subprocess, tempfile, multiprocessing; tempfile.TemporaryFile(); print('python', subprocess.run(['echo', 'ok'], capture_output=True, text=True).stdout)");
        var context = In(form);
        foreach (var (command, expected) in new[] { ("git --version", "git version"), ("node app.js", "node ok"), ("python3 app.py", "python ok"), ("dotnet --version", "10."), ("seq 3 | xargs -n1 echo | sort -r | head -1", "3") })
            Assert.Contains(expected, await Bash(context, command));
    }

    [Theory, MemberData(nameof(Forms))]
    public async Task A_command_that_is_too_long_for_an_argument_is_still_read(SandboxForm form)
    {
        var context = In(form);
        Assert.Equal("end", await Bash(context, $": '{new string('x', 120_000)}'\necho end"));
    }

    [Fact]
    public async Task Programs_cannot_open_what_sallyignore_closes()
    {
        await Git("init -q .");
        foreach (var (name, text) in new[] { (".sallyignore", "*.pem\n/closed/\nlinked\n"), ("key.pem", "canary"), ("closed/a.txt", "canary"), ("sub/deep/other.pem", "canary"), ("sub/open.txt", "readable"), ("own/.sallyignore", "here.txt\n!up.pem\n"), ("own/here.txt", "canary"), ("own/up.pem", "canary"), ("target.txt", "canary") })
            bench.Put(name, text);
        File.CreateSymbolicLink(bench.At("linked"), bench.At("target.txt"));
        var context = In(SandboxForm.Bubblewrap);
        foreach (var command in new[] { "cat key.pem", "python3 -c 'print(open(\"key.pem\").read())'", "cat closed/a.txt", "ls closed", "cat sub/deep/*.pem", "cat own/here.txt own/up.pem", "cat linked target.txt", "cp key.pem copy && cat copy", "tar cf - . | grep -a canary", "mv closed other && cat other/a.txt", "echo > .sallyignore", "rm .sallyignore", "ln key.pem hard && cat hard", "cat /proc/self/root$PWD/key.pem", "umount key.pem; cat key.pem", "chmod 777 closed; ls closed/a.txt" })
        {
            var text = await Bash(context, command);
            Assert.DoesNotContain("canary", text, StringComparison.Ordinal);
            if (!command.Contains(';', StringComparison.Ordinal)) Assert.True(text.Contains("exit", StringComparison.Ordinal) || text == "(no output)", command + ": " + text);
        }
        Assert.Equal("readable", await Bash(context, "cat sub/open.txt"));
        bench.Put("sub/new.pem", "canary");
        Assert.DoesNotContain("canary", await Bash(context, "cat sub/new.pem"), StringComparison.Ordinal);
        // What is closed is neither lost nor committed empty.
        await Git("add -f key.pem closed sub");
        await Bash(context, "git -c user.name=n -c user.email=e@example.org commit -qam all; git status");
        Assert.Equal("canary", bench.Text("closed/a.txt"));
        Assert.DoesNotContain("D ", await Bash(context, "git status -s closed"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_closed_files_than_can_be_covered_stop_a_command()
    {
        bench.Put(".sallyignore", "*.pem\n");
        for (var i = 0; i < 101; i++) bench.Put($"keys/{i}.pem", "canary");
        var context = In(SandboxForm.Bubblewrap);
        var failed = await Assert.ThrowsAsync<IOException>(() => Bash(context, "cat keys/1.pem"));
        Assert.Contains("close the folders that they are in", failed.Message, StringComparison.Ordinal);
        bench.Put(".sallyignore", "/keys/\n");
        Assert.DoesNotContain("canary", await Bash(context, "cat keys/1.pem"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_one_command_leaves_running_is_reached_by_the_next_and_by_nobody_else()
    {
        var context = In(SandboxForm.Bubblewrap);
        bench.Put("served.txt", "from the server");
        await Run(context, new { command = "exec python3 -m http.server 18123 --bind 127.0.0.1", background = true });
        Assert.Contains("from the server", await Bash(context, "for i in $(seq 50); do curl -s localhost:18123/served.txt && break; sleep 0.1; done"));
        using var client = new TcpClient();
        await Assert.ThrowsAnyAsync<SocketException>(async () => await client.ConnectAsync(IPAddress.Loopback, 18123, TestContext.Current.CancellationToken));
        await context.Jobs.DisposeAsync();
    }

    [Fact]
    public async Task The_services_of_the_machine_are_not_there()
    {
        var context = In(SandboxForm.Bubblewrap);
        Assert.Equal("(no output)", await Bash(context, "ls -A /run"));
        Assert.DoesNotContain("vda", await Bash(context, "ls /dev"));
        var text = await Bash(context, "ps -e 2>/dev/null | wc -l");
        Assert.True(int.Parse(text.Split('\n')[0], System.Globalization.CultureInfo.InvariantCulture) < 10, text);
    }

    [Fact]
    public async Task Nobody_answers_on_the_sockets_of_others_wherever_they_lie()
    {
        var context = In(SandboxForm.Bubblewrap);
        var path = Path.Combine(outside.FullName, "s");
        using var service = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        service.Bind(new UnixDomainSocketEndPoint(path));
        service.Listen();
        var line = $"python3 -c 'import socket; socket.socket(socket.AF_UNIX).connect(\"{path}\"); print(\"heard\")'";
        Assert.DoesNotContain("heard", await Bash(context, line), StringComparison.Ordinal);
        // So the line can reach it where nothing stands between.
        Assert.Contains("heard", await Bash(Contexts.In(bench.Context, bench.Root, null, null), line), StringComparison.Ordinal);
        // A command's own are its own.
        Assert.Contains("own", await Bash(context, "python3 -c 'import socket,threading; s=socket.socket(socket.AF_UNIX); s.bind(\"mine\"); s.listen(); c=socket.socket(socket.AF_UNIX); c.connect(\"mine\"); print(\"own\")'"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_whose_confinement_could_not_be_made_is_started_again_once()
    {
        var launcher = new Failing(1);
        Assert.Equal("begun", (await Bash(Contexts.In(bench.Context, bench.Root, launcher), "echo begun")).Trim());
        Assert.Equal(2, launcher.Starts);
        launcher = new Failing(9);
        Assert.StartsWith("bwrap: Can't create file at ", await Bash(Contexts.In(bench.Context, bench.Root, launcher), "echo begun"), StringComparison.Ordinal);
        Assert.Equal(2, launcher.Starts);
    }

    private sealed class Failing(int times) : ILauncher
    {
        public int Starts { get; private set; }

        public Launch Prepare(Launch launch) => ++Starts > times ? launch : launch with { Program = "/bin/sh", Arguments = ["-c", "echo \"bwrap: Can't create file at /gone/socket: Read-only file system\"; exit 1"] };

        public bool NeverBegan(string output) => output.StartsWith("bwrap: ", StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nothing_confines_it_is_said_once()
    {
        Assert.SkipUnless(RuntimeInformation.IsOSPlatform(OSPlatform.Linux), "the form that is missing here is macOS's");
        var said = new List<string>();
        using var sandbox = new Sandbox(new SandboxSetup { Workspace = new Workspace(bench.Root), OutputFolder = bench.Context.OutputFolder, Form = SandboxForm.Seatbelt, Notice = said.Add });
        Assert.NotNull(sandbox.Problem);
        var launch = new Launch("/bin/true", [], new Dictionary<string, string>(), "/");
        Assert.Equal(launch, sandbox.Prepare(launch));
        Assert.Contains("--sandbox off", Assert.Single(said));
    }

    private async Task Git(string arguments) => Assert.DoesNotContain("exit", await Bash(Contexts.In(bench.Context, bench.Root), "git " + arguments));

    private static List<string> Processes(string command)
    {
        var found = new List<string>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
            if (char.IsAsciiDigit(Path.GetFileName(folder)[0]))
                try
                {
                    var line = File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' ').Trim();
                    if (line == command) found.Add(line);
                }
                catch (IOException)
                {
                    // It has ended.
                }
        return found;
    }

    public async ValueTask DisposeAsync()
    {
        await bench.Context.Jobs.DisposeAsync();
        foreach (var one in held) one.Dispose();
        bench.Dispose();
        outside.Delete(recursive: true);
    }
}
