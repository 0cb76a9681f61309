using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Sallyport.Engine.Schema;

namespace Sallyport.Engine.Tests.Schema;

/// <summary>What fits a schema and what does not, keyword by keyword.</summary>
public sealed class JsonSchemaTests
{
    [Theory]
    [InlineData("""{"type":"integer"}""", "1 1.0 -3 1e3", "1.5 \"1\" null []")]
    [InlineData("""{"type":"number"}""", "1 1.5 1e400", "\"1\" true")]
    [InlineData("""{"type":["string","null"]}""", "\"a\" null", "1 {} []")]
    [InlineData("""{"type":"boolean"}""", "true false", "0 \"true\" null")]
    [InlineData("""{"type":["integer","object"]}""", "1 {}", "1.5 []")]
    [InlineData("""{"enum":["a",1,null,{"x":[1]}]}""", "\"a\" 1 1.0 null {\"x\":[1]}", "\"b\" {} {\"x\":[2]}")]
    [InlineData("""{"const":{"a":1,"b":2}}""", "{\"b\":2,\"a\":1}", "{\"a\":1} 1")]
    [InlineData("""{"required":["a"]}""", "{\"a\":null} [] 1", "{} {\"b\":1}")]
    [InlineData("""{"properties":{"a":{"type":"string"}},"additionalProperties":false}""", "{} {\"a\":\"\"} 1", "{\"b\":1} {\"a\":1}")]
    [InlineData("""{"properties":{"a":true},"additionalProperties":{"type":"integer"}}""", "{\"a\":\"x\",\"b\":1}", "{\"b\":\"x\"}")]
    [InlineData("""{"patternProperties":{"^x-":{"type":"string"}},"additionalProperties":false}""", "{\"x-a\":\"1\"} {}", "{\"x-a\":1} {\"y\":\"1\"}")]
    [InlineData("""{"propertyNames":{"maxLength":2,"pattern":"^[a-z]+$"}}""", "{\"ab\":1} {}", "{\"abc\":1} {\"A\":1}")]
    [InlineData("""{"minProperties":1,"maxProperties":2}""", "{\"a\":1} {\"a\":1,\"b\":1} []", "{} {\"a\":1,\"b\":1,\"c\":1}")]
    [InlineData("""{"items":{"type":"integer"}}""", "[] [1,2] {}", "[1,\"2\"]")]
    [InlineData("""{"prefixItems":[{"type":"integer"},{"type":"string"}],"items":false}""", "[] [1] [1,\"a\"]", "[\"a\"] [1,\"a\",2]")]
    [InlineData("""{"items":[{"type":"integer"}],"additionalItems":{"type":"string"}}""", "[1,\"a\",\"b\"]", "[1,2] [\"a\"]")]
    [InlineData("""{"contains":{"minimum":5},"minContains":2,"maxContains":3}""", "[5,6] [1,5,6,7]", "[] [5] [5,6,7,8]")]
    [InlineData("""{"contains":{"type":"null"},"minContains":0}""", "[] [1] [null]", "")]
    [InlineData("""{"minItems":1,"maxItems":2}""", "[1] [1,2] \"\"", "[] [1,2,3]")]
    [InlineData("""{"uniqueItems":true}""", "[] [1,2,\"1\",[1],{\"a\":1},{\"a\":2},true,1.5]", "[1,1.0] [{\"a\":1,\"b\":2},{\"b\":2,\"a\":1}] [[1],[1]] [\"a\",\"a\"]")]
    [InlineData("""{"minLength":2,"maxLength":3}""", "\"ab\" \"abc\" \"😀😀\" 1", "\"a\" \"abcd\" \"😀\"")]
    [InlineData("""{"pattern":"^\\d{3}$"}""", "\"123\" 12", "\"12\" \"1234\" \"١٢٣\" \"123\\n\"")]
    [InlineData("""{"pattern":"[[\\w-]+"}""", "\"a[\" \"-\"", "\"!\"")]
    [InlineData("""{"minimum":1,"maximum":3}""", "1 3 2.5 \"9\"", "0.99 3.01")]
    [InlineData("""{"exclusiveMinimum":1,"exclusiveMaximum":3}""", "1.01 2", "1 3")]
    [InlineData("""{"minimum":1,"exclusiveMinimum":true}""", "2", "1")]
    [InlineData("""{"multipleOf":0.01}""", "0 0.07 4.35 19.99 1e300", "0.075 0.001")]
    [InlineData("""{"multipleOf":3}""", "9 -3 0 3.0", "10 3.5")]
    [InlineData("""{"anyOf":[{"type":"integer"},{"minimum":2}]}""", "1 2.5 \"a\"", "1.5")]
    [InlineData("""{"oneOf":[{"type":"integer"},{"minimum":2}]}""", "1 2.5", "3 1.5")]
    [InlineData("""{"allOf":[{"minimum":2},{"maximum":4}]}""", "3", "1 5")]
    [InlineData("""{"not":{"required":["a","b"]}}""", "{\"a\":1} {}", "{\"a\":1,\"b\":1}")]
    [InlineData("""{"if":{"properties":{"k":{"const":"a"}},"required":["k"]},"then":{"required":["x"]},"else":{"required":["y"]}}""", "{\"k\":\"a\",\"x\":1} {\"y\":1}", "{\"k\":\"a\",\"y\":1} {}")]
    [InlineData("""{"dependentRequired":{"a":["b"]}}""", "{} {\"b\":1} {\"a\":1,\"b\":1}", "{\"a\":1}")]
    [InlineData("""{"dependentSchemas":{"a":{"minProperties":2}}}""", "{} {\"a\":1,\"c\":1}", "{\"a\":1}")]
    [InlineData("""{"dependencies":{"a":["b"],"c":{"required":["d"]}}}""", "{\"a\":1,\"b\":1} {\"c\":1,\"d\":1}", "{\"a\":1} {\"c\":1}")]
    [InlineData("""{"$defs":{"n":{"type":"integer"}},"items":{"$ref":"#/$defs/n"}}""", "[1]", "[\"a\"]")]
    [InlineData("""{"definitions":{"a/b~c":{"type":"integer"}},"$ref":"#/definitions/a~1b~0c"}""", "1", "\"a\"")]
    [InlineData("""{"$defs":{"x":{"$anchor":"here","type":"integer"}},"items":{"$ref":"#here"}}""", "[1]", "[\"a\"]")]
    [InlineData("""{"$id":"https://example.com/a","$defs":{"b":{"$id":"b","$defs":{"c":{"type":"integer"}},"items":{"$ref":"#/$defs/c"}}},"$ref":"https://example.com/b"}""", "[1]", "[\"a\"]")]
    [InlineData("""{"properties":{"next":{"$ref":"#"},"v":{"type":"integer"}},"required":["v"]}""", "{\"v\":1,\"next\":{\"v\":2,\"next\":{\"v\":3}}}", "{\"v\":1,\"next\":{\"v\":2,\"next\":{}}}")]
    [InlineData("""{"$ref":"#/$defs/a","maximum":5,"$defs":{"a":{"minimum":2}}}""", "3", "1 6")]
    [InlineData("""{"allOf":[{"properties":{"a":true}}],"properties":{"b":true},"unevaluatedProperties":false}""", "{\"a\":1,\"b\":1}", "{\"c\":1}")]
    [InlineData("""{"anyOf":[{"properties":{"a":{"const":1}},"required":["a"]},{"properties":{"b":{"const":1}},"required":["b"]}],"unevaluatedProperties":false}""", "{\"a\":1,\"b\":1} {\"a\":1}", "{\"a\":1,\"b\":2} {\"a\":1,\"c\":1}")]
    [InlineData("""{"if":{"properties":{"a":{"const":1}},"required":["a"]},"then":{"properties":{"b":true}},"unevaluatedProperties":false}""", "{\"a\":1,\"b\":1} {}", "{\"a\":2} {\"b\":1}")]
    [InlineData("""{"prefixItems":[true],"contains":{"type":"string"},"unevaluatedItems":false}""", "[1,\"a\"] [\"a\"]", "[1,\"a\",2]")]
    [InlineData("""{"allOf":[{"prefixItems":[true,true]}],"unevaluatedItems":{"type":"null"}}""", "[1,2] [1,2,null]", "[1,2,3]")]
    [InlineData("true", "1 null {}", "")]
    [InlineData("false", "", "1 null {}")]
    [InlineData("""{"unknownKeyword":{"anything":1},"title":"t"}""", "1", "")]
    [InlineData("""{"format":"date"}""", "\"nonsense\"", "")]
    public void Tells_what_fits(string schema, string fitting, string not)
    {
        var compiled = JsonSchema.Parse(schema);
        foreach (var value in fitting.Split(' ', StringSplitOptions.RemoveEmptyEntries)) Assert.True(Errors(compiled, value).Length == 0, $"{value}: {Errors(compiled, value)}");
        foreach (var value in not.Split(' ', StringSplitOptions.RemoveEmptyEntries)) Assert.True(Errors(compiled, value).Length > 0, $"{value} fits {schema}");
    }

    [Theory]
    [InlineData("date", "2027-01-31", "2027-02-30 31.1.2027")]
    [InlineData("date-time", "2027-01-31T12:00:00Z 2027-01-31T12:00:00.5+02:00", "2027-01-31 2027-01-31T12:00:00 2027-01-31T25:00:00Z")]
    [InlineData("email", "a@example.com", "a a@ @example.com a..b@")]
    [InlineData("uri", "https://example.com/a?b#c urn:x:y", "example.com /a")]
    [InlineData("uuid", "00000000-0000-4000-8000-000000000000", "0000 {00000000-0000-4000-8000-000000000000}")]
    [InlineData("ipv4", "127.0.0.1", "127.1 256.0.0.1 ::1")]
    [InlineData("ipv6", "::1", "127.0.0.1 fe80::1%eth0")]
    public void Checks_formats_when_asked(string format, string fitting, string not)
    {
        var compiled = JsonSchema.Parse($$"""{"format":"{{format}}"}""", assertFormats: true);
        foreach (var value in fitting.Split(' ')) Assert.Equal("", Errors(compiled, $"\"{value}\""));
        foreach (var value in not.Split(' ')) Assert.NotEqual("", Errors(compiled, $"\"{value}\""));
    }

    [Theory]
    [InlineData("""{"items":[{"text":"x","status":"doing"}]}""", "/items/0/status: must be one of pending, active, done; got \"doing\"")]
    [InlineData("""{"items":[{"text":"x","staus":"done"}]}""", "/items/0: the property \"status\" is missing (one of pending, active, done)|/items/0: unknown property \"staus\"; did you mean \"status\"?")]
    [InlineData("""{"items":"x"}""", "/items: must be an array; got \"x\"")]
    [InlineData("""{"items":[],"completely":1}""", "unknown property \"completely\"; known are items")]
    [InlineData("""{}""", "the property \"items\" is missing (an array)")]
    [InlineData("""{"items":[{"text":"","status":"done"}]}""", "/items/0/text: must not be empty")]
    public void Says_what_to_do(string value, string expected)
    {
        const string todo = """{"type":"object","properties":{"items":{"type":"array","items":{"type":"object","properties":{"text":{"type":"string","minLength":1},"status":{"type":"string","enum":["pending","active","done"]}},"required":["text","status"],"additionalProperties":false}}},"required":["items"],"additionalProperties":false}""";
        Assert.Equal(expected, Errors(JsonSchema.Parse(todo), value));
    }

    [Fact]
    public void Tells_only_about_the_form_that_was_meant()
    {
        var schema = JsonSchema.Parse("""{"anyOf":[{"type":"object","properties":{"kind":{"const":"file"},"path":{"type":"string"}},"required":["kind","path"]},{"type":"object","properties":{"kind":{"const":"url"},"href":{"type":"string"}},"required":["kind","href"]},{"type":"null"}]}""");
        Assert.Equal("the property \"href\" is missing (a string)", Errors(schema, """{"kind":"url"}"""));
        Assert.Equal("/path: must be a string; got 5", Errors(schema, """{"kind":"file","path":5}"""));
        Assert.StartsWith("fits none of 3 forms:", Errors(schema, "5"), StringComparison.Ordinal);
        Assert.Equal("must be a string or a number; got true", Errors(JsonSchema.Parse("""{"oneOf":[{"type":"string"},{"type":"number"}]}"""), "true"));
    }

    [Theory]
    [InlineData("""{"$ref":"https://example.com/other.json"}""", "which is not in this schema")]
    [InlineData("""{"properties":{"a":{"$ref":"other.json#/x"}}}""", "/properties/a/$ref")]
    [InlineData("""{"$ref":"#/$defs/missing"}""", "there is nothing of that name")]
    [InlineData("""{"$ref":"#missing"}""", "no such $anchor")]
    [InlineData("""{"type":"text"}""", "there is no type \"text\"")]
    [InlineData("""{"minLength":-1}""", "must be a whole number")]
    [InlineData("""{"properties":[]}""", "must be an object")]
    [InlineData("""[]""", "a schema is an object")]
    [InlineData("""{""", "not JSON")]
    public void Refuses_what_is_no_schema(string schema, string why) =>
        Assert.Contains(why, Assert.Throws<SchemaException>(() => JsonSchema.Parse(schema)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"$ref":"#"}""")]
    [InlineData("""{"$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}},"$ref":"#/$defs/a"}""")]
    [InlineData("""{"anyOf":[{"$ref":"#"},{"$ref":"#"}]}""")]
    public void Ends_when_a_schema_refers_to_itself_without_end(string schema)
    {
        var watch = Stopwatch.StartNew();
        Assert.Contains("cannot be checked", Errors(JsonSchema.Parse(schema), "1"), StringComparison.Ordinal);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void Matches_hostile_patterns_in_linear_time_and_tells_which_it_cannot()
    {
        var schema = JsonSchema.Parse("""{"properties":{"a":{"pattern":"^(a+)+$"},"b":{"pattern":"(?=x)y"},"c":{"pattern":"(("}}}""");
        var watch = Stopwatch.StartNew();
        Assert.Contains("/a: must match the pattern", Errors(schema, "{\"a\":\"" + new string('a', 50_000) + "!\"}"), StringComparison.Ordinal);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5));
        Assert.Equal("", Errors(schema, """{"b":"q","c":"q"}"""));
        Assert.Equal(["pattern \"(?=x)y\"", "pattern \"((\""], schema.Unenforced);
    }

    [Fact]
    public void Tells_what_it_says_and_nobody_checks()
    {
        const string Text = """{"$schema":"x","title":"t","x-note":1,"type":"object","minLenght":3,"properties":{"format":{"format":"date"},"b":{"format":"colour","minLenght":4},"minLenght":{"type":"string","default":1}},"patternProperties":{"(?=a)b":{},"^c":{}}}""";
        Assert.Equal(["minLenght", "format \"colour\"", "pattern \"(?=a)b\""], JsonSchema.Parse(Text, assertFormats: true).Unenforced);
        Assert.Equal(["minLenght", "format \"date\"", "format \"colour\"", "pattern \"(?=a)b\""], JsonSchema.Parse(Text).Unenforced);
    }

    [Fact]
    public void Tells_a_bounded_number_of_errors()
    {
        var text = new StringBuilder("[1");
        for (var i = 0; i < 100_000; i++) text.Append(",1");
        using var value = JsonDocument.Parse(text.Append(']').ToString());
        Assert.InRange(JsonSchema.Parse("""{"items":{"type":"string"}}""").Check(value.RootElement).Count, 1, JsonSchema.MaxErrors);
    }

    private static string Errors(JsonSchema schema, string value)
    {
        using var document = JsonDocument.Parse(value);
        return string.Join('|', schema.Check(document.RootElement));
    }
}
