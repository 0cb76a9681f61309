namespace Sallyport.Engine.Sandboxing;

/// <summary>What no command needs to read: keys, credentials, browsers, other agents' state, what was typed. Relative to the home folder.</summary>
internal static class PrivatePlaces
{
    public static readonly string[] InHome =
    [
        // Keys and keyrings.
        ".ssh", ".gnupg", ".pki", ".password-store", ".local/share/keyrings", ".local/share/kwalletd", ".kde/share/apps/kwallet", ".config/op", ".config/1Password",
        ".config/Bitwarden", ".config/Bitwarden CLI", ".config/keepassxc", ".vault-token", ".config/sops", ".config/age",
        // Clouds and clusters.
        ".aws", ".azure", ".config/gcloud", ".kube", ".docker/config.json", ".config/containers/auth.json", ".oci", ".bluemix", ".fly", ".config/doctl", ".config/hcloud",
        ".config/heroku", ".local/share/com.vercel.cli", ".config/netlify", ".config/rclone", ".boto", ".s3cfg", ".databrickscfg", ".terraform.d/credentials.tfrc.json", ".terraformrc",
        ".minikube", ".config/helm",
        // Credentials of hosts, registries and databases.
        ".netrc", ".npmrc", ".yarnrc.yml", ".pypirc", ".git-credentials", ".config/git/credentials", ".config/gh", ".config/hub", ".config/glab-cli", ".cargo/credentials",
        ".cargo/credentials.toml", ".gem/credentials", ".m2/settings-security.xml", ".pgpass", ".my.cnf", ".mylogin.cnf", ".subversion/auth", ".config/huggingface/token", ".cache/huggingface/token",
        // Browsers and mail.
        ".mozilla", ".thunderbird", ".config/google-chrome", ".config/chromium", ".config/BraveSoftware", ".config/microsoft-edge", ".config/opera", ".config/vivaldi",
        ".var/app/org.mozilla.firefox", ".var/app/com.google.Chrome", ".var/app/org.chromium.Chromium", "snap/firefox", "snap/chromium",
        "Library/Keychains", "Library/Cookies", "Library/Mail", "Library/Messages", "Library/Safari", "Library/Application Support/Google/Chrome", "Library/Application Support/Firefox",
        "Library/Application Support/BraveSoftware", "Library/Application Support/Microsoft Edge", "Library/Application Support/Arc",
        // Other agents.
        ".claude", ".claude.json", ".codex", ".gemini", ".qwen", ".cursor", ".copilot", ".config/github-copilot", ".config/goose", ".local/share/goose", ".config/opencode", ".local/share/opencode",
        ".aider.conf.yml", ".aider.input.history", ".aider.chat.history.md", ".continue", ".codeium", ".windsurf", ".factory", ".amp", ".config/amp", ".config/crush", ".local/share/crush", ".pi",
        ".config/Code/User/globalStorage", ".config/Cursor",
        // What was typed.
        ".bash_history", ".zsh_history", ".histfile", ".sh_history", ".local/share/fish/fish_history", ".python_history", ".node_repl_history", ".psql_history", ".mysql_history",
        ".sqlite_history", ".rediscli_history", ".irb_history", ".lesshst", ".viminfo",
    ];
}
