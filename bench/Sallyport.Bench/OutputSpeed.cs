using System.Text;
using Sallyport.Guard.Gate;
using Sallyport.Tools.Shell;

namespace Sallyport.Bench;

/// <summary>What a command's output costs until it is in its file, looked at for secrets on the way: MB for each second of processor time, by what it is.</summary>
internal static class OutputSpeed
{
    private const int Size = 8 << 20, Read = 64 * 1024;

    /// <param name="seconds">Of processor time, for each measure.</param>
    /// <param name="only">One kind alone; null for all.</param>
    public static void Measure(double seconds, string? only)
    {
        foreach (var (name, bytes) in Kinds())
        {
            if (only is not null && only != name) continue;
            var looked = Rate(bytes, seconds, new SecretVault());
            var known = new SecretVault();
            known.LearnEnvironment([new("CI_TOKEN", "q7-" + Guid.NewGuid().ToString("N")), new("DEPLOY_PASSWORD", "w8-" + Guid.NewGuid().ToString("N"))]);
            Console.WriteLine($"{name,-14} {Rate(bytes, seconds, null),6:0} MB/s kept   {looked,5:0} looked at   {Rate(bytes, seconds, known),5:0} with two values known");
        }
    }

    private static double Rate(byte[] bytes, double seconds, SecretVault? vault)
    {
        var folder = Directory.CreateTempSubdirectory("sally-bench-").FullName;
        try
        {
            Once(bytes, folder, vault);
            var (rounds, begun) = (0, Environment.CpuUsage.TotalTime);
            TimeSpan spent;
            do
            {
                Once(bytes, folder, vault);
                rounds++;
                spent = Environment.CpuUsage.TotalTime - begun;
            }
            while (spent.TotalSeconds < seconds);
            return (double)bytes.Length * rounds / spent.TotalSeconds / 1e6;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Once(byte[] bytes, string folder, SecretVault? vault)
    {
        using var capture = new OutputCapture(folder) { Vault = vault };
        var cleaner = new OutputCleaner(capture);
        for (var at = 0; at < bytes.Length; at += Read) cleaner.Add(bytes.AsSpan(at, Math.Min(Read, bytes.Length - at)));
        cleaner.Flush();
        _ = capture.Take();
        if (capture.Path is { } path) File.Delete(path);
    }

    // Made up, the same each time.
    private static IEnumerable<(string Name, byte[] Bytes)> Kinds()
    {
        yield return Lines("one line", _ => "lab line of output 0123456789 abcdefghijklmnopqrstuvwxyz");
        yield return Lines("build log", r => r.Next(6) switch
        {
            0 => $"[{r.Next(4000)}/4096] Building CXX object lib/{Word(r)}/CMakeFiles/{Word(r)}_{Word(r)}.dir/{Word(r)}{r.Next(90)}.cpp.o",
            1 => $"/home/build/src/{Word(r)}/{Word(r)}.cpp:{r.Next(900)}:{r.Next(80)}: warning: unused parameter '{Word(r)}' [-Wunused-parameter]",
            2 => $"  {Word(r)} -> /home/build/artifacts/bin/{Word(r)}.{Word(r)}/release/{Word(r)}.dll",
            3 => $"npm http fetch GET 200 https://registry.example.org/{Word(r)}-{Word(r)}/-/{Word(r)}-{r.Next(20)}.{r.Next(20)}.{r.Next(20)}.tgz {r.Next(900)}ms (cache miss)",
            4 => $"2026-11-21T12:{r.Next(10, 60)}:{r.Next(10, 60)}.{r.Next(100, 999)}Z INFO  [{Word(r)}-{r.Next(16)}] {Word(r)} {Word(r)} took {r.Next(5000)} ms, key={Word(r)}, user={Word(r)}",
            _ => $"gcc -O2 -g -Wall -I../include -DVERSION=\"{r.Next(9)}.{r.Next(99)}\" -c -o {Word(r)}.o {Word(r)}.c",
        });
        yield return Lines("tests", r => r.Next(3) switch
        {
            0 => $"tests/{Word(r)}/test_{Word(r)}.py::test_{Word(r)}_{Word(r)}[{Word(r)}-{r.Next(50)}] PASSED [ {r.Next(99),2}%]",
            1 => $"  Passed {Word(r)}.{Word(r)}Tests.{Word(r)}_{Word(r)}_{Word(r)} [{r.Next(400)} ms]",
            _ => $"ok {r.Next(9000)} - {Word(r)} {Word(r)} {Word(r)} # time={r.Next(100)}.{r.Next(1000)}ms",
        });
        yield return Lines("stack traces", r => r.Next(4) switch
        {
            0 => $"   at Contoso.{Word(r)}.{Word(r)}Service.{Word(r)}Async(CancellationToken cancellationToken) in /src/{Word(r)}/{Word(r)}.cs:line {r.Next(900)}",
            1 => $"\tat org.example.{Word(r)}.{Word(r)}.{Word(r)}({Word(r)}.java:{r.Next(900)})",
            2 => $"  File \"/usr/lib/python3/dist-packages/{Word(r)}/{Word(r)}.py\", line {r.Next(2000)}, in {Word(r)}_{Word(r)}",
            _ => $"    at Object.<anonymous> (/app/node_modules/{Word(r)}/lib/{Word(r)}.js:{r.Next(900)}:{r.Next(60)})",
        });
        yield return Lines("JSON", r => $"{{\"id\":{r.Next()},\"name\":\"{Word(r)} {Word(r)}\",\"path\":\"src/{Word(r)}/{Word(r)}.ts\",\"tags\":[\"{Word(r)}\",\"{Word(r)}\"],\"size\":{r.Next(100000)},\"ratio\":{r.NextDouble():0.0000},\"key\":\"{Word(r)}-{Word(r)}\",\"ok\":true}}");
        yield return Lines("source", r => r.Next(4) switch
        {
            0 => $"    public static {Word(r)} {Word(r)}({Word(r)} {Word(r)}, int {Word(r)}) => {Word(r)}.{Word(r)}({Word(r)} + {r.Next(99)});",
            1 => $"        if ({Word(r)} is null || {Word(r)}.Length > {r.Next(512)}) return \"{Word(r)} {Word(r)}\";",
            2 => $"// {Word(r)} {Word(r)} {Word(r)} {Word(r)} {Word(r)} {Word(r)}.",
            _ => $"        var {Word(r)} = {Word(r)}['{Word(r)}'] ?? {Word(r)}.{Word(r)}(\"{Word(r)}\", {r.Next(64)});",
        });
        yield return Lines("numbers", r => $"{r.Next(100000)},{r.NextDouble() * 1000:0.000},{r.Next(-50, 50)},{r.NextDouble():0.000000},{r.Next(2000)},{r.Next(12)}");
        yield return Lines("digests", r => $"{Hex(r, 32)}  ./{Word(r)}/{Word(r)}-{r.Next(99)}.{Word(r)}");
        yield return Lines("hex dump", r =>
        {
            var line = new StringBuilder($"{r.Next():x8}: ");
            for (var i = 0; i < 8; i++) line.Append(Hex(r, 2)).Append(' ');
            return line.Append(" ................").ToString();
        });
        yield return Lines("base64", r =>
        {
            var bytes = new byte[57];
            r.NextBytes(bytes);
            return Convert.ToBase64String(bytes);
        });
    }

    private static (string, byte[]) Lines(string name, Func<Random, string> line)
    {
        var random = new Random(7);
        var bytes = new byte[Size];
        for (var at = 0; at < Size;)
        {
            var one = Encoding.UTF8.GetBytes(line(random) + "\n");
            var length = Math.Min(one.Length, Size - at);
            one.AsSpan(0, length).CopyTo(bytes.AsSpan(at));
            at += length;
        }
        return (name, bytes);
    }

    private static string Hex(Random random, int bytes)
    {
        var some = new byte[bytes];
        random.NextBytes(some);
        return Convert.ToHexStringLower(some);
    }

    private static string Word(Random random) => Words[random.Next(Words.Length)];

    private static readonly string[] Words = ("parser reader buffer stream engine handler session request response cache token index value config loader writer module render layout service client server policy message channel worker runner report format text image table query filter update delete insert common shared"
        + " inner outer first last test data util main core base node list tree graph color width height offset length count total error warning").Split(' ');
}
