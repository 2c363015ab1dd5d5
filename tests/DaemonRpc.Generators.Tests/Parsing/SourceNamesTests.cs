using DaemonRpc.Generators.Parsing;

namespace DaemonRpc.Generators.Tests.Parsing;

public sealed class SourceNamesTests
{
    [Theory]
    [InlineData("IFileSearch", "FileSearch")]
    [InlineData("IFileSearchDaemon", "FileSearch")]
    [InlineData("IFileSearchClient", "FileSearch")]
    [InlineData("IFileSearchDaemonClient", "FileSearchDaemon")]
    [InlineData("IIndex", "Index")]
    [InlineData("Index", "Index")]
    [InlineData("Iindex", "Iindex")]
    [InlineData("I", "I")]
    [InlineData("IDaemon", "Daemon")]
    [InlineData("IClient", "Client")]
    [InlineData("FileSearchDaemon", "FileSearchDaemon")]
    [InlineData("IÄhre", "Ähre")]
    [InlineData("I2", "I2")]
    public void Generated_names_have_the_contract_as_their_stem(string contract, string stem) =>
        Assert.Equal(stem, SourceNames.StemOf(contract));

    [Theory]
    [InlineData("", 2166136261)]
    [InlineData("a", 0xe40c292c)]
    [InlineData("foobar", 0xbf9cf968)]
    public void Method_ids_are_hashed_as_the_authors_of_the_hash_say(string text, uint hash) =>
        Assert.Equal(hash, MethodId.Hash(text));
}
