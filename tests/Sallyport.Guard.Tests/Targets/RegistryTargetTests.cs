using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Sallyport.Guard.Tests.Targets;

/// <summary>Published packages, from a registry on this machine and, where they answer, from the real ones.</summary>
public sealed class RegistryTargetTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly HttpListener listener = new();
    private readonly Dictionary<string, byte[]> answers = [];
    private readonly List<string> logins = [];
    private readonly string address;

    public RegistryTargetTests()
    {
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            address = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/";
        }
        listener.Prefixes.Add(address);
        listener.Start();
        _ = Task.Run(Serve, TestContext.Current.CancellationToken);
        folder.Write(".npmrc", $"registry={address}\n{address[5..]}:_auth" + "Token=letmein\n");
        folder.Write("package.json", "{}");
        folder.Write("nuget.config", $"<configuration><packageSources><clear/><add key=\"here\" value=\"{address}v3/index.json\"/></packageSources></configuration>");
    }

    public void Dispose()
    {
        listener.Close();
        folder.Dispose();
    }

    [Theory]
    [InlineData("npm:a", "1.1.0")]
    [InlineData("npm:a@latest", "1.1.0")]
    [InlineData("npm:a@1.0.0", "1.0.0")]
    [InlineData("npm:@s/b@next", "2.0.0")]
    public void Reads_a_published_npm_package(string target, string version)
    {
        PublishNpm("a", "latest", "1.0.0", "1.1.0");
        PublishNpm("@s/b", "next", "2.0.0");
        var report = Check(target);
        Assert.Equal(("npm", version, Verdict.Clean), (report.Kind, report.Version, report.Verdict));
        Assert.NotNull(report.Sha256);
        Assert.Contains("Bearer letmein", logins);
    }

    [Fact]
    public void Refuses_a_package_that_has_another_digest()
    {
        PublishNpm("a", "latest", "1.0.0");
        answers["/a/-/a-1.0.0.tgz"] = Npm("a", "6.6.6");
        Assert.Contains("digest", Assert.Throws<GuardException>(() => Check("npm:a")).Message);
    }

    [Fact]
    public void A_package_without_a_digest_is_incomplete()
    {
        PublishNpm("a", "latest", "1.0.0");
        answers["/a"] = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(answers["/a"]).Replace("integrity", "other"));
        Assert.Equal(Verdict.Incomplete, Check("npm:a").Verdict);
    }

    [Theory]
    [InlineData("npm:a@9.9.9")]
    [InlineData("npm:nothing")]
    [InlineData("npm:../../etc")]
    [InlineData("npm:@s")]
    [InlineData("nuget:a@9.9.9")]
    [InlineData("nuget:nothing")]
    [InlineData("nuget:a/b")]
    public void Says_in_one_line_what_is_not_there(string target)
    {
        PublishNpm("a", "latest", "1.0.0");
        PublishNuGet("a", "1.0.0");
        Assert.DoesNotContain('\n', Assert.Throws<GuardException>(() => Check(target)).Message);
    }

    [Fact]
    public void Says_in_one_line_that_the_registry_does_not_answer()
    {
        listener.Stop();
        foreach (var target in (string[])["npm:a", "nuget:a"]) Assert.DoesNotContain('\n', Assert.Throws<GuardException>(() => Check(target)).Message);
    }

    [Theory]
    [InlineData("nuget:A", "1.2.0")]
    [InlineData("nuget:A@1.0", "1.0.0")]
    [InlineData("nuget:A@2.0.0-beta", "2.0.0-beta")]
    public void Reads_a_published_nuget_package(string target, string version)
    {
        PublishNuGet("A", "1.0.0", "1.2.0", "2.0.0-beta");
        var report = Check(target);
        Assert.Equal(("nuget", Verdict.Clean), (report.Kind, report.Verdict));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(answers[$"/flat/a/{version}/a.{version}.nupkg"])), report.Sha256);
    }

    [Fact]
    public void Refuses_a_nuget_package_that_has_another_digest()
    {
        PublishNuGet("A", "1.0.0");
        answers["/flat/a/1.0.0/a.1.0.0.nupkg"] = NuGet("A", "6.6.6");
        Assert.Contains("digest", Assert.Throws<GuardException>(() => Check("nuget:A")).Message);
    }

    [Fact]
    public void A_source_that_names_no_digest_leaves_it_incomplete()
    {
        PublishNuGet("A", "1.0.0");
        answers.Remove("/reg/a/1.0.0.json");
        Assert.Equal(Verdict.Incomplete, Check("nuget:A").Verdict);
    }

    [Fact]
    public void Reads_a_folder_of_packages()
    {
        folder.Write("feed/A.1.0.0.nupkg", NuGet("A", "1.0.0"));
        var newest = NuGet("A", "1.10.0");
        folder.Write("feed/A.1.10.0.nupkg", newest);
        folder.Write("feed/A.1.9.0.nupkg", NuGet("A", "1.9.0"));
        folder.Write("nuget.config", "<configuration><packageSources><clear/><add key=\"here\" value=\"feed\"/></packageSources></configuration>");
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(newest)), Check("nuget:A").Sha256);
    }

    [Theory]
    [InlineData("npm:is-odd@3.0.1")]
    [InlineData("nuget:Markdig")]
    public void Reads_from_the_public_registries(string target)
    {
        using var plain = new TempFolder();
        try
        {
            var report = PackageCheck.Check(new CheckRequest { Targets = [target], Directory = plain.Path }, TestContext.Current.CancellationToken).Targets[0];
            Assert.NotNull(report.Sha256);
            Assert.NotEqual(Verdict.Blocked, report.Verdict);
            if (report.Skipped.Any(s => s.Reason.Contains("digest"))) Assert.Skip("this mirror of the registry names no digests");
        }
        catch (GuardException e)
        {
            Assert.Skip($"the registry does not answer: {e.Message}");
        }
    }

    private TargetReport Check(string target) =>
        PackageCheck.Check(new CheckRequest { Targets = [target], Directory = folder.Path }, TestContext.Current.CancellationToken).Targets[0];

    private void PublishNpm(string name, string tag, params string[] versions)
    {
        var entries = versions.Select(version =>
        {
            var package = Npm(name, version);
            var path = $"{name}/-/{name.Split('/')[^1]}-{version}.tgz";
            answers["/" + path] = package;
            return $"\"{version}\":{{\"dist\":{{\"tarball\":\"{address}{path}\",\"integrity\":\"sha512-{Convert.ToBase64String(SHA512.HashData(package))}\"}}}}";
        });
        answers["/" + name] = Encoding.UTF8.GetBytes($"{{\"name\":\"{name}\",\"dist-tags\":{{\"{tag}\":\"{versions[^1]}\"}},\"versions\":{{{string.Join(',', entries)}}}}}");
    }

    private void PublishNuGet(string name, params string[] versions)
    {
        var id = name.ToLowerInvariant();
        answers["/v3/index.json"] = Encoding.UTF8.GetBytes($"{{\"version\":\"3.0.0\",\"resources\":[{{\"@id\":\"{address}flat/\",\"@type\":\"PackageBaseAddress/3.0.0\"}},{{\"@id\":\"{address}reg\",\"@type\":\"RegistrationsBaseUrl/3.6.0\"}}]}}");
        answers[$"/flat/{id}/index.json"] = Encoding.UTF8.GetBytes($"{{\"versions\":[{string.Join(',', versions.Select(v => $"\"{v}\""))}]}}");
        foreach (var version in versions)
        {
            var package = NuGet(name, version);
            answers[$"/flat/{id}/{version}/{id}.{version}.nupkg"] = package;
            answers[$"/reg/{id}/{version}.json"] = Encoding.UTF8.GetBytes($"{{\"catalogEntry\":\"{address}catalog/{id}.{version}.json\"}}");
            answers[$"/catalog/{id}.{version}.json"] = Encoding.UTF8.GetBytes($"{{\"packageHash\":\"{Convert.ToBase64String(SHA512.HashData(package))}\",\"packageHashAlgorithm\":\"SHA512\"}}");
        }
    }

    private static byte[] Npm(string name, string version)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(gzip))
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "package/package.json") { DataStream = new MemoryStream(Encoding.UTF8.GetBytes($"{{\"name\":\"{name}\",\"version\":\"{version}\",\"license\":\"MIT\",\"files\":[]}}")) });
        return memory.ToArray();
    }

    private static byte[] NuGet(string name, string version)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var nuspec = zip.CreateEntry($"{name}.nuspec").Open();
            nuspec.Write(Encoding.UTF8.GetBytes($"<package><metadata><id>{name}</id><version>{version}</version><license type=\"expression\">MIT</license></metadata></package>"));
        }
        return memory.ToArray();
    }

    private void Serve()
    {
        try
        {
            while (true)
            {
                var context = listener.GetContext();
                logins.Add(context.Request.Headers["Authorization"] ?? "");
                if (answers.TryGetValue(Uri.UnescapeDataString(context.Request.Url!.AbsolutePath), out var answer)) context.Response.OutputStream.Write(answer);
                else context.Response.StatusCode = 404;
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }
}
