using Sallyport.Engine.Events;

namespace Sallyport.Tools.Tests;

/// <summary>Questions to the person.</summary>
public sealed class AskToolTests
{
    [Fact]
    public async Task The_question_goes_to_the_person_with_its_options_and_the_answer_comes_back()
    {
        QuestionAsked? asked = null;
        await using var bench = new ToolBench(ask: (question, _) =>
        {
            asked = question;
            return Task.FromResult("Postgres");
        });
        Assert.Equal("The user answered: Postgres", await bench.Ok("ask", new { question = "Which\nstore?", options = new[] { "SQLite", "Postgres" } }));
        Assert.Equal(("ask", "Which\nstore?", "call-1"), (asked!.Kind, asked.Text, asked.CallId));
        Assert.Equal(["SQLite", "Postgres"], asked.Options);
        Assert.Equal("Which store?", bench.Title("ask", new { question = "Which\nstore?" }));
    }

    [Fact]
    public async Task With_nobody_there_the_model_is_told_to_decide_and_say_what_it_assumed()
    {
        await using var bench = new ToolBench();
        Assert.Contains("Decide yourself", await bench.Fails("ask", new { question = "Which?" }), StringComparison.Ordinal);
    }
}
