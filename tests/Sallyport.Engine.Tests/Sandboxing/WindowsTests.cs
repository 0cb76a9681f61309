using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Sallyport.Engine.Sandboxing;
using Sallyport.Engine.Sandboxing.Windows;
using Sallyport.Engine.Tools;

namespace Sallyport.Engine.Tests.Sandboxing;

/// <summary>What of the sandbox for Windows is text and data, on whatever system this runs.</summary>
public sealed class WindowsTests
{
    private const string Sid = "S-1-15-2-1-2-3";
    private const string Usual = "D:AI(A;OICIID;FA;;;SY)(A;OICIID;FA;;;BA)(A;OICIID;FA;;;S-1-5-21-1-2-3-1001)";

    [Theory]
    [InlineData("\"p\" a b", "a", "b")]
    [InlineData("\"p\" \"\" \"a b\"", "", "a b")]
    [InlineData(@"""p"" ""a\""b""", "a\"b")]
    [InlineData(@"""p"" C:\x\ ""C:\x y\\""", @"C:\x\", @"C:\x y\")]
    [InlineData(@"""p"" ""\\\""""", @"\""")]
    [InlineData(@"""p"" a\\b ""a\\b c""", @"a\\b", @"a\\b c")]
    [InlineData(@"""p"" /d /s /c ""(echo ""a b"") 2>&1""", "/d", "/s", "/c", @"""(echo ""a b"") 2>&1""")]
    public void A_line_is_quoted_as_documented(string line, params string[] arguments) => Assert.Equal(line, WindowsCommandLine.Of("p", arguments));

    [Fact]
    public void Whatever_the_arguments_are_they_come_apart_as_they_were()
    {
        var random = new Random(7);
        const string letters = "\"\"\\\\\\ \t\nab%^&|<>'é";
        for (var round = 0; round < 20_000; round++)
        {
            var arguments = new string[random.Next(5)];
            for (var i = 0; i < arguments.Length; i++) arguments[i] = string.Create(random.Next(9), random, static (text, random) =>
            {
                for (var at = 0; at < text.Length; at++) text[at] = letters[random.Next(letters.Length)];
            });
            var line = WindowsCommandLine.Of(@"C:\Program Files\x.exe", arguments);
            Assert.Equal([@"C:\Program Files\x.exe", .. arguments], Apart(line));
        }
    }

    [Fact]
    public void A_line_that_is_too_long_is_refused() => Assert.Throws<IOException>(() => WindowsCommandLine.Of("p", [new string('x', WindowsCommandLine.Longest)]));

#pragma warning disable CA1416 // These are layouts; nothing of Windows is called.
    [Fact]
    public void Structures_are_as_large_as_on_64_bits()
    {
        Assert.SkipUnless(Environment.Is64BitProcess, "for 64 bits");
        Assert.Equal((104, 112, 24, 24, 16, 144), (Unsafe.SizeOf<WindowsNative.StartupInfo>(), Unsafe.SizeOf<WindowsNative.StartupInfoEx>(), Unsafe.SizeOf<WindowsNative.ProcessInformation>(), Unsafe.SizeOf<WindowsNative.SecurityCapabilities>(), Unsafe.SizeOf<WindowsNative.SidAndAttributes>(), Unsafe.SizeOf<WindowsNative.JobLimits>()));
        Assert.Equal((8, 16, 24, 32, 60, 64, 66, 72, 80, 88, 96), (At<WindowsNative.StartupInfo>("Reserved"), At<WindowsNative.StartupInfo>("Desktop"), At<WindowsNative.StartupInfo>("Title"), At<WindowsNative.StartupInfo>("X"), At<WindowsNative.StartupInfo>("Flags"), At<WindowsNative.StartupInfo>("Show"), At<WindowsNative.StartupInfo>("MoreBytes"), At<WindowsNative.StartupInfo>("More"), At<WindowsNative.StartupInfo>("Input"), At<WindowsNative.StartupInfo>("Output"), At<WindowsNative.StartupInfo>("Error")));
        Assert.Equal((104, 8, 16, 20), (At<WindowsNative.StartupInfoEx>("Attributes"), At<WindowsNative.SecurityCapabilities>("Capabilities"), At<WindowsNative.SecurityCapabilities>("Count"), At<WindowsNative.ProcessInformation>("ThreadId")));
        Assert.Equal((16, 24, 32, 40, 48, 56, 60, 64, 112, 136), (At<WindowsNative.JobLimits>("Flags"), At<WindowsNative.JobLimits>("LeastWorkingSet"), At<WindowsNative.JobLimits>("MostWorkingSet"), At<WindowsNative.JobLimits>("ActiveProcesses"), At<WindowsNative.JobLimits>("Affinity"), At<WindowsNative.JobLimits>("Priority"), At<WindowsNative.JobLimits>("Scheduling"), At<WindowsNative.JobLimits>("Counters"), At<WindowsNative.JobLimits>("ProcessMemory"), At<WindowsNative.JobLimits>("PeakJobMemory")));

        static int At<T>(string field) => (int)Marshal.OffsetOf<T>(field);
    }
#pragma warning restore CA1416

    [Fact]
    public void An_entry_comes_after_those_that_forbid_and_before_those_from_above()
    {
        Assert.Equal($"D:AI(A;OICI;0x1301bf;;;{Sid})(A;OICIID;FA;;;SY)(A;OICIID;FA;;;BA)(A;OICIID;FA;;;S-1-5-21-1-2-3-1001)", AclText.Grant(Usual, Sid, AclText.Modify));
        Assert.Equal($"D:P(D;;FW;;;WD)(A;OICI;0x1200a9;;;{Sid})(A;;FA;;;BA)(A;ID;FR;;;WD)", AclText.Grant("D:P(D;;FW;;;WD)(A;;FA;;;BA)(A;ID;FR;;;WD)", Sid, AclText.Read));
        Assert.Equal($"D:(A;OICI;0x1200a9;;;{Sid})", AclText.Grant("D:", Sid, AclText.Read));
        // Twice is once.
        Assert.Equal(AclText.Grant(Usual, Sid, AclText.Read), AclText.Grant(AclText.Grant(Usual, Sid, AclText.Modify), Sid, AclText.Read));
    }

    [Theory]
    [InlineData(Usual)]
    [InlineData("D:")]
    [InlineData("D:PAI(A;;FA;;;BA)")]
    [InlineData("D:AI(XA;;FX;;;S-1-1-0;(@User.Title==\"(P;M\" && (Member_of {SID(BA)})))(A;ID;FA;;;SY)")]
    [InlineData("D:(OA;;CR;11111111-2222-3333-4444-555555555555;;AU)")]
    public void What_was_set_is_taken_away_without_a_trace(string acl)
    {
        Assert.Equal(acl, AclText.Without(AclText.Grant(acl, Sid, AclText.Modify), Sid));
        Assert.Equal(acl, AclText.Without(acl, Sid));
        Assert.DoesNotContain("ID;", AclText.Closed(acl, Sid, AclText.Read).Replace("SID(", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void A_place_that_is_closed_is_cut_off_for_one_alone()
    {
        var open = AclText.Grant(Usual, Sid, AclText.Modify).Replace($"(A;OICI;0x1301bf;;;{Sid})", $"(A;OICIID;0x1301bf;;;{Sid})", StringComparison.Ordinal);
        Assert.Equal($"D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;S-1-5-21-1-2-3-1001)(A;OICI;0x1200a9;;;{Sid})", AclText.Closed(open, Sid, AclText.Read));
        Assert.DoesNotContain(Sid, AclText.Closed(open, Sid, null), StringComparison.Ordinal);
        Assert.True(AclText.IsProtected(AclText.Closed(open, Sid, null)));
        Assert.False(AclText.IsProtected(open));
    }

    [Theory]
    [InlineData("")]
    [InlineData("O:BA")]
    [InlineData("D:NO_ACCESS_CONTROL")]
    [InlineData("D:(A;;FA;;;BA")]
    public void What_cannot_be_read_is_not_changed(string acl)
    {
        Assert.Throws<IOException>(() => AclText.Grant(acl, Sid, AclText.Modify));
        Assert.Throws<IOException>(() => AclText.Closed(acl, Sid, null));
    }

    [Fact]
    public void A_policy_becomes_entries_and_private_places_need_none()
    {
        PathRule[] rules =
        [
            new(@"C:\Users\me\.ssh", PathAccess.Hidden), new(@"C:\Users\me\AppData\Local\sallyport", PathAccess.Hidden), new(@"C:\Users\me\AppData\Local\sallyport\out", PathAccess.Read),
            new(@"C:\work", PathAccess.Write), new(@"C:\work\.git\config", PathAccess.Read), new(@"c:\Work\.git\hooks", PathAccess.Read), new(@"C:\work\state", PathAccess.Hidden), new(@"C:\temp\s", PathAccess.Write),
        ];
        string[] path = [@"C:\Windows\system32", @"C:\Program Files\nodejs", @"C:\Users\me\.cargo\bin", @"""C:\Users\me\.dotnet\""", @"c:\users\ME\.cargo\bin\", @"C:\Users\me", @"C:\Users\me\.ssh\bin", @"C:\Users\meow\bin"];
        Assert.Equal(
        [
            (@"C:\Users\me\.cargo\bin", WindowsGrant.Read), (@"C:\Users\me\.dotnet", WindowsGrant.Read), (@"C:\Users\me\AppData\Local\sallyport\out", WindowsGrant.Read),
            (@"C:\work", WindowsGrant.Write), (@"C:\work\.git\config", WindowsGrant.Fixed), (@"c:\Work\.git\hooks", WindowsGrant.Fixed), (@"C:\work\state", WindowsGrant.Sealed), (@"C:\temp\s", WindowsGrant.Write),
        ], WindowsPlan.Of(rules, @"C:\Users\me", path));
    }

    [Fact]
    public void A_program_starts_through_ours_with_its_arguments_as_they_are()
    {
        using var launcher = new WindowsLauncher(new SandboxPolicy(new Workspace(Path.GetTempPath()), "/tmp/own"), ["sally.exe", "x.dll"], "sallyport-1");
        var launch = launcher.Prepare(new Launch("cmd.exe", ["/d", "/s", "/c", "\"(echo \"a b\") 2>&1\""], new Dictionary<string, string> { ["Path"] = "p", ["temp"] = "elsewhere" }, "work"));
        Assert.Equal(("sally.exe", true), (launch.Program, launch.Wrapped));
        Assert.Equal(["x.dll", "__launch", "sallyport-1", "work", "--", "cmd.exe", "/d", "/s", "/c", "\"(echo \"a b\") 2>&1\""], launch.Arguments);
        Assert.Equal(("/tmp/own", "p"), (launch.Environment["TEMP"], launch.Environment["PATH"]));
    }

    [Fact]
    public void Elsewhere_it_says_that_it_is_for_Windows()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "this is Windows");
        Assert.Equal("AppContainer is for Windows", SandboxProbe.Try(SandboxForm.AppContainer).Problem);
        Assert.NotEqual(SandboxForm.AppContainer, SandboxProbe.Best().Form);
    }

    [Fact]
    public void The_profile_for_macOS_allows_folders_before_it_closes_what_is_in_them()
    {
        var folder = Directory.CreateTempSubdirectory("sally-seat \"x\\y\" ");
        try
        {
            Directory.CreateDirectory(Path.Combine(folder.FullName, ".sallyport"));
            Directory.CreateDirectory(Path.Combine(folder.FullName, ".git", "hooks"));
            Directory.CreateDirectory(Path.Combine(folder.FullName, ".git", "objects"));
            File.WriteAllText(Path.Combine(folder.FullName, ".git", "config"), "");
            File.WriteAllText(Path.Combine(folder.FullName, "closed.txt"), "");
            File.WriteAllText(Path.Combine(folder.FullName, ".sallyignore"), "closed.txt\n");
            Directory.CreateDirectory(Path.Combine(folder.FullName, "home", ".ssh"));
            var held = Path.Combine(folder.FullName, "AGENTS.md");
            var profile = SeatbeltLauncher.Profile(new SandboxPolicy(new Workspace(folder.FullName), Path.GetTempPath()) { Home = Path.Combine(folder.FullName, "home"), Held = () => [held] });
            var root = RealPath.Of(folder.FullName).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
            string[] order =
            [
                "(version 1)\n(allow default)\n(deny network*)\n(deny file-write*)\n", $"(allow file-read* file-write* (subpath \"{root}\"))", $"(deny file-write* (subpath \"{root}/.git/config\"))", $"(deny file-write* (subpath \"{root}/.git/hooks\"))",
                $"(deny file-write* (subpath \"{root}/.sallyport\"))", $"(deny file-read* file-write* (subpath \"{root}/home/.ssh\"))", $"(deny file-write* (subpath \"{root}/AGENTS.md\"))", $"(deny file-read* file-write* (subpath \"{root}/closed.txt\"))",
            ];
            var places = order.Select(part => profile.IndexOf(part, StringComparison.Ordinal)).ToList();
            Assert.DoesNotContain(-1, places);
            Assert.Equal(places.Order(), places);
            // Every string ends, and every parenthesis closes: nothing that a path is called can say more.
            Assert.All(profile.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Equal(0, Depth(line)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        static int Depth(string line)
        {
            var (depth, isText) = (0, false);
            for (var i = 0; i < line.Length; i++)
            {
                if (isText && line[i] == '\\') i++;
                else if (line[i] == '"') isText = !isText;
                else if (!isText) depth += line[i] switch { '(' => 1, ')' => -1, _ => 0 };
            }
            return isText ? -1 : depth;
        }
    }

    // As the C runtime does it: 2n backslashes and a quote are n of them and a quote that parts; 2n+1 are n and a quote that stays; in quoted text two quotes are one.
    private static List<string> Apart(string line)
    {
        var parts = new List<string>();
        var end = line.IndexOf('"', 1);
        parts.Add(line[1..end]);
        for (var i = end + 1; i < line.Length;)
        {
            while (i < line.Length && line[i] is ' ' or '\t') i++;
            if (i >= line.Length) break;
            var (part, isQuoted) = (new StringBuilder(), false);
            for (; i < line.Length && (isQuoted || line[i] is not (' ' or '\t')); i++)
            {
                var slashes = 0;
                while (i < line.Length && line[i] == '\\') (i, slashes) = (i + 1, slashes + 1);
                if (i < line.Length && line[i] == '"')
                {
                    part.Append('\\', slashes / 2);
                    if (slashes % 2 == 1) part.Append('"');
                    else if (isQuoted && i + 1 < line.Length && line[i + 1] == '"') (i, _) = (i + 1, part.Append('"'));
                    else isQuoted = !isQuoted;
                    continue;
                }
                part.Append('\\', slashes);
                if (i >= line.Length || (!isQuoted && line[i] is ' ' or '\t')) break;
                part.Append(line[i]);
            }
            parts.Add(part.ToString());
        }
        return parts;
    }
}
