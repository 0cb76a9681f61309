using System.Text;

namespace Sallyport.Guard.Detectors.Debug;

/// <summary>
/// Paths under somebody's home folder. Names that documentation, build services and images use for "somebody" do not
/// count: they say nothing about a person or a machine.
/// </summary>
internal static class PersonalPath
{
    private const int MaxName = 40;

    private static readonly HashSet<string> Nobody = new(StringComparer.OrdinalIgnoreCase)
    {
        "user", "users", "work", "devel", "username", "user_name", "user-name", "user1", "user2", "userid", "yourname", "your-name", "your_name", "yourusername", "your-username", "your_username", "youruser", "your_user", "your-user",
        "you", "your", "me", "myuser", "myname", "my_user", "my-user", "myusername", "myaccount", "name", "somebody", "someone", "someuser", "somename", "some-user", "anyone", "nobody", "anonymous", "person", "john", "johndoe", "john.doe", "john_doe", "jane", "janedoe", "jane.doe", "doe",
        "foo", "bar", "baz", "foobar", "test", "tests", "tester", "testuser", "test_user", "test-user", "testing", "example", "examples", "sample", "demo", "dummy", "fake", "mock", "xxx", "xyz", "abc", "aaa", "admin", "administrator", "root", "guest", "default", "public", "shared", "all",
        "owner", "login", "account", "home", "username1", "usr", "u", "x", "y", "z", "a", "b", "c", "n", "path", "dir", "folder", "file", "files", "project", "projects", "workspace", "workspaces", "src", "code", "data", "documents", "desktop", "downloads", "library",
        "runner", "runneradmin", "runnervm", "node", "vscode", "codespace", "codespaces", "gitpod", "app", "apps", "build", "builder", "buildbot", "buildagent", "buildkite", "buildkite-agent", "buildslave", "buildozer", "travis", "circleci", "circle", "appveyor", "vsts", "vstsagent", "vssadministrator", "containeradministrator", "containeruser", "azureuser", "azdo", "azure", "agent", "jenkins", "teamcity", "gitlab-runner", "gitlab", "github", "git", "ci",
        "ubuntu", "debian", "fedora", "centos", "rocky", "alpine", "arch", "ec2-user", "vagrant", "docker", "jovyan", "conda", "pi", "linuxbrew", "brew", "nixbld", "nix", "cloudsdk", "sandbox", "worker", "service", "server", "deploy", "www", "www-data", "web", "webapp", "nonroot", "nodejs", "python", "ruby", "rust", "rustacean", "gopher", "golang", "java", "dotnet", "php", "perl", "nginx", "postgres", "mysql", "redis", "mongodb", "oracle", "sbx_user1051", "site", "wwwroot",
        "appuser", "app-user", "app_user", "cnb", "vcap", "dyno", "heroku", "vercel", "netlify", "expo", "distiller", "bitrise", "semaphore", "gradle", "android", "flutter", "steam", "steamuser", "kali", "mobile", "macuser", "mac", "windows", "win", "pc", "hp", "dell", "lenovo", "asus", "acer", "student", "students", "teacher", "lib", "bin", "etc", "var", "tmp", "temp", "opt", "chronos", "ftp", "samba", "lost+found", "index", "page", "pages", "view", "views", "about", "blog", "user-data", "profile", "profiles", "settings", "undefined", "null", "none",
    };

    /// <summary>
    /// The root of a personal path that begins at <paramref name="at"/> (<c>/home/</c>, <c>/Users/</c> or <c>\Users\</c>):
    /// its length up to and with the name; 0 when it is nobody's.
    /// </summary>
    /// <param name="text">Where to look.</param>
    /// <param name="at">The first separator.</param>
    /// <param name="prefixLength">Length of <c>/home/</c> or the like, separators as they stand there.</param>
    public static int Match(ReadOnlySpan<byte> text, int at, int prefixLength)
    {
        var name = text[(at + prefixLength)..];
        var length = 0;
        var letters = 0;
        while (length < name.Length && length <= MaxName && IsNameByte(name[length]))
        {
            if (char.IsAsciiLetter((char)name[length]) || name[length] >= 0x80) letters++;
            length++;
        }
        // The name must be followed by more path: a bare /home/word is as often a web route.
        if (length < 2 || length > MaxName || letters < 2 || length + 2 >= name.Length) return 0;
        if (name[length] is not ((byte)'/' or (byte)'\\')) return 0;
        var next = name[length + 1] == '\\' ? name[length + 2] : name[length + 1];
        if (!IsNameByte(next) && next is not ((byte)'.' or (byte)'@' or (byte)'(' or (byte)'_')) return 0;
        if (name[0] is (byte)'.' or (byte)'-' or (byte)'$' or (byte)'_' || name[length - 1] is (byte)'.') return 0;
        Span<char> word = stackalloc char[length];
        if (!Encoding.UTF8.TryGetChars(name[..length], word, out var chars)) return 0;
        word = word[..chars];
        if (Nobody.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word)) return 0;
        // your.name, my-user, some_username, test123…
        foreach (var filler in (ReadOnlySpan<string>)["user", "name", "your", "example", "test", "runner", "build", "jenkins", "agent", "foo"])
        {
            if (word.Contains(filler, StringComparison.OrdinalIgnoreCase)) return 0;
        }
        if (word.StartsWith("svc", StringComparison.OrdinalIgnoreCase) || word.Trim("xXyYzZ*_-.").IsEmpty) return 0;
        return prefixLength + length;
    }

    /// <summary>The personal root at the start of a path (<c>/home/NAME</c>, <c>C:\Users\NAME</c>), or null.</summary>
    public static string? RootOf(string path)
    {
        ReadOnlySpan<string> prefixes = ["/home/", "/Users/", "\\Users\\", "/users/"];
        foreach (var prefix in prefixes)
        {
            var at = path.IndexOf(prefix, StringComparison.OrdinalIgnoreCase);
            if (at is not (0 or 2)) continue;
            var bytes = Encoding.UTF8.GetBytes(path);
            if (at == 2 && path[1] != ':') continue;
            var length = Match(bytes, at, prefix.Length);
            if (length > 0) return Encoding.UTF8.GetString(bytes.AsSpan(0, at + length));
        }
        return null;
    }

    private static bool IsNameByte(byte value) => char.IsAsciiLetterOrDigit((char)value) || value is (byte)'.' or (byte)'_' or (byte)'-' or >= 0x80;
}
