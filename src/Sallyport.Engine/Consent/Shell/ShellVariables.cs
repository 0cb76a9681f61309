namespace Sallyport.Engine.Consent.Shell;

/// <summary>Which variables change what programs do, and which are known not to.</summary>
internal static class ShellVariables
{
    private static readonly HashSet<string> Harmless = new(StringComparer.Ordinal)
    {
        "CI", "NODE_ENV", "DEBUG", "VERBOSE", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "LC_COLLATE", "LC_NUMERIC", "LC_TIME", "TZ", "NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM",
        "COLUMNS", "LINES", "RUST_LOG", "RUST_BACKTRACE", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "PYTHONIOENCODING", "PYTHONUTF8", "DOTNET_NOLOGO", "DOTNET_CLI_TELEMETRY_OPTOUT",
        "MSBUILDDISABLENODEREUSE", "GIT_TERMINAL_PROMPT", "GIT_OPTIONAL_LOCKS", "DEBIAN_FRONTEND", "HUSKY", "GOOS", "GOARCH", "CGO_ENABLED", "CARGO_TERM_COLOR", "POSIXLY_CORRECT",
    };

    private static readonly HashSet<string> Deciding = new(StringComparer.Ordinal)
    {
        "PATH", "IFS", "ENV", "HOME", "SHELL", "EDITOR", "VISUAL", "PAGER", "MANPAGER", "BROWSER", "CDPATH", "GLOBIGNORE", "PS4", "PS1", "PROMPT_COMMAND", "SHELLOPTS", "BASHOPTS", "FIGNORE", "FPATH", "EXECIGNORE",
        "LESS", "LESSOPEN", "LESSCLOSE", "CC", "CXX", "LD", "AR", "MAKE", "OPENSSL_CONF", "GREP_OPTIONS", "RIPGREP_CONFIG_PATH", "TAR_OPTIONS", "RSYNC_RSH", "CVS_RSH", "XDG_CONFIG_HOME", "TMPDIR", "PWD", "OLDPWD",
        "FCEDIT", "MAILCHECK", "SUDO_ASKPASS", "GCONV_PATH", "LOCPATH", "NLSPATH", "HOSTALIASES", "CLASSPATH", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "TERMINFO", "TERMCAP", "http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "all_proxy",
    };

    private static readonly string[] Families =
        ["LD_", "DYLD_", "GIT_", "BASH_", "NODE_", "PYTHON", "PERL", "RUBY", "JAVA_", "npm_config_", "NPM_CONFIG_", "CARGO_", "RUSTC", "RUSTDOC", "GO", "MAKE", "SSH_", "PIP_", "UV_", "DOTNET_", "MSBUILD", "NUGET_", "CORECLR_", "COR_", "MAVEN_", "GRADLE_", "DOCKER_", "KUBE", "AWS_", "LUA_", "PHP", "YARN_", "BUN_", "DENO_", "GUILE", "CMAKE_", "PKG_CONFIG", "SYSTEMD_", "ZDOTDIR", "FZF_", "GCC_", "COMPILER_PATH", "LIBRARY_PATH"];

    /// <summary>Known to change nothing but looks and amounts.</summary>
    public static bool IsHarmless(string name) => Harmless.Contains(name);

    /// <summary>Changes which programs run, or what they load, talk to or start.</summary>
    public static bool Decides(string name)
    {
        if (Harmless.Contains(name)) return false;
        if (Deciding.Contains(name)) return true;
        foreach (var family in Families) if (name.StartsWith(family, StringComparison.Ordinal)) return true;
        return false;
    }
}
