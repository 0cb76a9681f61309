using System.CommandLine;
using Sallyport.Agent;
using Sallyport.Engine.Sessions;

namespace Sallyport.Sessions;

/// <summary><c>sally sessions delete</c>: nothing of them stays.</summary>
internal static class DeleteCommand
{
    public static Command Create()
    {
        var ids = new Argument<string[]>("ID") { Arity = ArgumentArity.ZeroOrMore };
        var older = new Option<int?>("--older-than");
        var all = new Option<bool>("--all", "-a");
        var yes = new Option<bool>("--yes", "-y");
        var command = new Command("delete", "take sessions off the disk") { ids, older, all, yes };
        command.SetAction((result, _) => Task.FromResult(Run(result.GetValue(ids) ?? [], result.GetValue(older), result.GetValue(all), result.GetValue(yes))));
        return command;
    }

    private static int Run(string[] ids, int? days, bool all, bool yes)
    {
        if (ids.Length == 0 == days is null) throw new UsageException("say which: ids, or --older-than DAYS");
        if (days is <= 0) throw new UsageException("--older-than: must be more than 0");
        var chosen = new List<string>();
        foreach (var id in ids) if (SessionFiles.Find(id) is var path && !chosen.Contains(path)) chosen.Add(path);
        if (days is { } age)
        {
            var oldest = TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-age);
            foreach (var path in SessionsCommand.Files(all)) if (File.GetLastWriteTimeUtc(path) < oldest) chosen.Add(path);
        }
        if (chosen.Count == 0)
        {
            Console.Out.WriteLine("nothing to delete");
            return SessionsCommand.Done;
        }
        if (!yes && !Confirmed(chosen)) return SessionsCommand.Nothing;
        return Delete(chosen);
    }

    private static bool Confirmed(List<string> chosen)
    {
        var what = chosen.Count == 1 ? $"session {SessionFiles.IdOf(chosen[0])}" : $"{chosen.Count} sessions";
        if (Console.IsInputRedirected || Console.IsErrorRedirected) throw new UsageException($"deleting {what} cannot be undone, and nobody is there to be asked: add --yes");
        foreach (var path in chosen) Console.Error.WriteLine($"  {SessionFiles.IdOf(path)}");
        Console.Error.Write($"Delete {what}, with outputs and checkpoints? This cannot be undone. [y/N] ");
        return Console.In.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }

    private static int Delete(List<string> chosen)
    {
        var exit = SessionsCommand.Done;
        foreach (var path in chosen)
            try
            {
                SessionRemoval.Remove(path);
                Console.Out.WriteLine($"{SessionFiles.IdOf(path)}  deleted");
            }
            catch (SessionException)
            {
                Console.Error.WriteLine($"sally: {SessionFiles.IdOf(path)} is in use by another process: end it first");
                exit = SessionsCommand.Nothing;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine($"sally: {SessionFiles.IdOf(path)} could not be deleted ({Printable.Line(e.Message)})");
                exit = SessionsCommand.Nothing;
            }
        if (!File.Exists(SessionIndex.PathOf())) return exit;
        using var index = SessionIndex.Open();
        index.Forget();
        return exit;
    }
}
