using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Sallyport.Guard.Gate;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Targets.Registries;

/// <summary>
/// Fetches from a package registry: answers in memory, packages in memory up to a size and beyond it in a private file
/// that goes away with the process. Every failure is one clear line.
/// </summary>
internal sealed class Download : IDisposable
{
    private const long MaxAnswer = 256L << 20;
    private const long MaxPackage = 4L << 30;
    private const int MaxInMemory = 64 << 20;
    private const string Kind = "registry";

    private const int MostHops = 5;

    // Nothing of the user's is in what is asked here but a login, for the registry that it is for.
    private readonly ExitGate gate = new();
    private readonly HttpClient client;

    public Download() => client = new HttpClient(ExitWire.Open(gate, Kind, wire =>
    {
        wire.AutomaticDecompression = DecompressionMethods.All;
        wire.ConnectTimeout = TimeSpan.FromSeconds(20);
    })) { Timeout = TimeSpan.FromMinutes(10) };

    public void Dispose() => client.Dispose();

    /// <summary>The answer's bytes; null for 404. Throws <see cref="GuardException"/>.</summary>
    public byte[]? Get(Uri address, AuthenticationHeaderValue? login, string accept, CancellationToken cancellation)
    {
        using var answer = Send(address, login, accept, cancellation);
        if (answer is null) return null;
        using var memory = new MemoryStream();
        Copy(answer.Content.ReadAsStream(cancellation), memory, MaxAnswer, address, cancellation);
        return memory.ToArray();
    }

    /// <summary>The package as a seekable stream. Throws <see cref="GuardException"/>, also when it is not there.</summary>
    public Stream GetPackage(Uri address, AuthenticationHeaderValue? login, CancellationToken cancellation)
    {
        using var answer = Send(address, login, "*/*", cancellation) ?? throw new GuardException($"{address}: the registry lists this package but does not have it");
        var known = answer.Content.Headers.ContentLength;
        Stream target = known is > MaxInMemory or null ? TemporaryFile() : new MemoryStream();
        try
        {
            Copy(answer.Content.ReadAsStream(cancellation), target, MaxPackage, address, cancellation);
            target.Position = 0;
            return target;
        }
        catch
        {
            target.Dispose();
            throw;
        }
    }

    /// <summary>Reads the package as one file named so.</summary>
    public static TargetInfo Scan(Stream package, string fileName, string kind, Func<long, ScanRun> begin, params string[] unverified)
    {
        var run = begin(package.Length);
        foreach (var reason in unverified) run.Skip("", reason);
        package.Position = 0;
        var digest = Convert.ToHexStringLower(SHA256.HashData(package));
        package.Position = 0;
        run.Visit(new Entry { Path = fileName, InPackage = fileName, IsRoot = true, DeclaredSize = package.Length }, package);
        return new TargetInfo(kind, digest);
    }

    private HttpResponseMessage? Send(Uri address, AuthenticationHeaderValue? login, string accept, CancellationToken cancellation)
    {
        try
        {
            var answer = Follow(address, login, accept, cancellation);
            if (answer.IsSuccessStatusCode) return answer;
            using (answer)
            {
                if (answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone) return null;
                if (answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden) throw new GuardException($"{Shown(address)}: the registry wants a login ({(int)answer.StatusCode}); log in with its own client first");
                throw new GuardException($"{Shown(address)}: the registry answered {(int)answer.StatusCode} {answer.ReasonPhrase}");
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new GuardException($"{Shown(address)}: cannot be reached ({e.GetBaseException().Message.ReplaceLineEndings(" ")})", e);
        }
    }

    // Every hop passes the gate; a login does not go on to another address, nor anything from https to http.
    private HttpResponseMessage Follow(Uri address, AuthenticationHeaderValue? login, string accept, CancellationToken cancellation)
    {
        for (var hop = 0; ; hop++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { Authorization = login } };
            request.Headers.TryAddWithoutValidation("Accept", accept);
            request.Headers.TryAddWithoutValidation("User-Agent", "sallyport");
            var answer = client.Send(gate.Clear(request, new Destination(Kind, address.Authority)).Value, HttpCompletionOption.ResponseHeadersRead, cancellation);
            if (hop == MostHops || (int)answer.StatusCode is not (301 or 302 or 303 or 307 or 308) || answer.Headers.Location is not { } location) return answer;
            if (!Uri.TryCreate(address, location, out var next) || next.Scheme is not ("http" or "https") || (address.Scheme == "https" && next.Scheme != "https")) return answer;
            answer.Dispose();
            (address, login) = (next, null);
        }
    }

    private static void Copy(Stream from, Stream to, long most, Uri address, CancellationToken cancellation)
    {
        var buffer = new byte[1 << 16];
        try
        {
            while (from.Read(buffer) is > 0 and var read)
            {
                cancellation.ThrowIfCancellationRequested();
                if ((most -= read) < 0) throw new GuardException($"{Shown(address)}: the registry sends more than can be taken");
                to.Write(buffer, 0, read);
            }
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new GuardException($"{Shown(address)}: the connection broke ({e.GetBaseException().Message.ReplaceLineEndings(" ")})", e);
        }
    }

    // A file that nobody else can read, gone once it is closed.
    private static FileStream TemporaryFile()
    {
        var folder = Directory.CreateTempSubdirectory("sallyport-");
        var file = new FileStream(Path.Combine(folder.FullName, "package"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
        if (!OperatingSystem.IsWindows())
        {
            // The open file outlives its name.
            folder.Delete(recursive: true);
        }
        return file;
    }

    private static string Shown(Uri address) => address.GetLeftPart(UriPartial.Path).Replace(address.UserInfo.Length > 0 ? address.UserInfo + "@" : "\0", "", StringComparison.Ordinal);
}
