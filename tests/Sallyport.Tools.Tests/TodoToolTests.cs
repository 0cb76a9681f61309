using Sallyport.Engine.Tools;

namespace Sallyport.Tools.Tests;

/// <summary>The list of steps.</summary>
public sealed class TodoToolTests
{
    [Fact]
    public async Task Each_call_replaces_the_whole_list_and_shows_it()
    {
        await using var bench = new ToolBench();
        await bench.Ok("todo", new { items = new[] { new { text = "old", status = "done" } } });
        var result = await bench.Run("todo", """{"items":[{"text":"look","status":"done"},{"text":"mend","status":"active"},{"text":"test","status":"pending"}]}""");
        Assert.Equal("The list is now:\n[x] look\n[>] mend\n[ ] test", result.Text);
        Assert.Equal(["look", "mend", "test"], bench.Context.Todos.Items.Select(i => i.Text));
        Assert.IsType<TodoDisplay>(result.Display);
        Assert.Equal("1 of 3 done", bench.Title("todo", """{"items":[{"text":"look","status":"done"},{"text":"mend","status":"active"},{"text":"test","status":"pending"}]}"""));
    }
}
