using System.Text;
using Sallyport.Engine.Sessions;
using Sallyport.Engine.Swarm;
using Sallyport.Engine.Tools;

namespace Sallyport.Engine.Context;

/// <summary>Replaces a long conversation by a summary, the facts that must stay, and its last messages.</summary>
internal static class Compaction
{
    private const int PromptLimit = 4_000;

    /// <summary>What the model is asked; it sees the whole conversation before it, so the cached prefix serves once more.</summary>
    public static string Question(string? keep) =>
        """
        The conversation is about to be replaced by your summary of it; you will go on from the summary alone. Do not call tools. Write for yourself, in plain text under these headings, leaving out nothing that the work still needs:
        Task: what the user wants, in their words where wording matters, with every constraint and preference they gave.
        Done: what has been done and found out, with file paths, names, commands and their results.
        State: what is changed but unfinished, what fails at present, exact error messages that matter.
        Next: the steps that remain, in order.
        """ + (string.IsNullOrWhiteSpace(keep) ? "" : $"\nThe user asks to keep in particular: {keep}");

    /// <summary>The conversation from now on.</summary>
    /// <param name="keepTokens">Tokens of the last messages that stay word for word.</param>
    public static IReadOnlyList<Message> Build(Conversation conversation, string summary, IReadOnlyList<TodoItem> todos, long keepTokens)
    {
        var view = conversation.View();
        var from = view.Count;
        long kept = 0;
        // Whole exchanges only: what stays begins with an answer, so that no result loses its call.
        for (var i = view.Count - 1; i > 0; i--)
        {
            kept += TokenEstimate.Of(view[i]);
            if (kept > keepTokens) break;
            if (view[i].Role == Role.Assistant) from = i;
        }
        var text = new StringBuilder("[Earlier parts of this conversation were replaced by a summary.]\n\n").Append(summary.Trim());
        if (todos.Count > 0)
        {
            text.Append("\n\nThe list of steps:");
            foreach (var todo in todos) text.Append("\n- [").Append(todo.Status).Append("] ").Append(todo.Text);
        }
        if (LastPrompt(view, from) is { } prompt) text.Append("\n\nThe user's last message, word for word:\n").Append(prompt);
        var messages = new List<Message> { Message.User(text.ToString()) };
        for (var i = from; i < view.Count; i++) Conversation.Join(messages, view[i]);
        Conversation.WithoutThinking(messages);
        return messages;
    }

    /// <summary>The last thing that a person said before the part that stays.</summary>
    private static string? LastPrompt(IReadOnlyList<Message> view, int before)
    {
        for (var i = before - 1; i >= 0; i--)
        {
            if (view[i].Role != Role.User) continue;
            var text = string.Join("\n", view[i].Parts.OfType<TextPart>().Where(p => !p.Text.StartsWith(SubAgents.Beginning, StringComparison.Ordinal)).Select(p => p.Text));
            if (text.Length > 0) return text.Length <= PromptLimit ? text : text[..PromptLimit] + " […]";
        }
        return null;
    }
}
