using DaemonRpc.Program;
using DaemonRpc.Protocol;
using DaemonRpc.Session;

namespace DaemonRpc.Runtime.Tests.Program;

public sealed class VersionRulesTests : IDisposable
{
    private static readonly BuildIdentity s_ours = new(1000, 1);
    private static readonly BuildIdentity s_program = new(2000, 2);
    private static readonly BuildIdentity s_newer = new(3000, 3);
    private static readonly BuildIdentity s_older = new(500, 4);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Same_build_is_served() => Assert.Equal(VersionVerdict.Serve, Judge(ClientStanding.ByBuild, s_ours));

    [Fact]
    public void Program_is_compared_with_the_program_and_contract_with_the_contract()
    {
        VersionRules rules = Rules(default(ProgramFiles));

        Assert.Equal(VersionVerdict.Serve, rules.Judge(new Hello { IsProgramBuild = true }, ClientStanding.ByBuild, s_program));
        Assert.Equal(VersionVerdict.ClientIsOlder, rules.Judge(new Hello { IsProgramBuild = true }, ClientStanding.ByBuild, s_ours));
        Assert.Equal(VersionVerdict.Replace, rules.Judge(new Hello(), ClientStanding.ByBuild, s_program));
    }

    [Fact]
    public void Newer_client_replaces_and_older_is_refused()
    {
        Assert.Equal(VersionVerdict.Replace, Judge(ClientStanding.ByBuild, s_newer));
        Assert.Equal(VersionVerdict.ClientIsOlder, Judge(ClientStanding.ByBuild, s_older));
    }

    [Fact]
    public void Other_build_of_one_timestamp_replaces() =>
        Assert.Equal(VersionVerdict.Replace, Judge(ClientStanding.ByBuild, s_ours with { Fingerprint = 9 }));

    [Theory]
    [InlineData(VersionPolicy.NewerWins, VersionVerdict.Replace)]
    [InlineData(VersionPolicy.SideBySide, VersionVerdict.Replace)]
    [InlineData(VersionPolicy.MatchClient, VersionVerdict.ReplaceIfIdle)]
    public void Client_that_runs_what_is_at_the_path_now_replaces_whatever_the_builds_are(VersionPolicy policy, object verdict)
    {
        foreach (BuildIdentity client in new[] { s_ours, s_newer, s_older })
        {
            Assert.Equal((VersionVerdict)verdict, Judge(ClientStanding.Current, client, policy));
        }
    }

    [Fact]
    public void Deleted_program_makes_room_for_any_other_build_that_can_be_started_and_serves_its_own()
    {
        File.WriteAllText(_folder["app"], "its code");
        VersionRules rules = Rules(ProgramFiles.At(_folder["app"]));
        Hello older = new() { ProgramPath = "/elsewhere/app", Build = s_older };
        Assert.Equal(ClientStanding.ByBuild, rules.StandingOf(older));

        File.Delete(_folder["app"]);

        Assert.Equal(ClientStanding.Current, rules.StandingOf(older));
        Assert.Equal(ClientStanding.ByBuild, rules.StandingOf(older with { Build = s_ours }));
        Assert.Equal(ClientStanding.ByBuild, rules.StandingOf(older with { ProgramPath = "" }));
        Assert.Equal(ClientStanding.Outdated, rules.StandingOf(older with { IsOutdated = true }));
    }

    [Theory]
    [InlineData(VersionPolicy.NewerWins, VersionVerdict.ClientIsOlder)]
    [InlineData(VersionPolicy.MatchClient, VersionVerdict.ProgramIsOlder)]
    public void Client_that_would_start_the_same_files_replaces_nothing(VersionPolicy policy, object older)
    {
        Assert.Equal(VersionVerdict.Serve, Judge(ClientStanding.SameFiles, s_ours, policy));
        Assert.Equal(VersionVerdict.ProgramIsOlder, Judge(ClientStanding.SameFiles, s_newer, policy));
        Assert.Equal((VersionVerdict)older, Judge(ClientStanding.SameFiles, s_older, policy));
    }

    [Theory]
    [InlineData(VersionPolicy.NewerWins)]
    [InlineData(VersionPolicy.MatchClient)]
    public void Outdated_client_replaces_nothing_and_is_served_by_its_own_build(VersionPolicy policy)
    {
        Assert.Equal(VersionVerdict.Serve, Judge(ClientStanding.Outdated, s_ours, policy));
        Assert.Equal(VersionVerdict.ClientIsOutdated, Judge(ClientStanding.Outdated, s_newer, policy));
        Assert.Equal(VersionVerdict.ClientIsOutdated, Judge(ClientStanding.Outdated, s_older, policy));
    }

    [Fact]
    public void Client_that_matches_replaces_older_and_newer_ones_that_are_idle()
    {
        Assert.Equal(VersionVerdict.ReplaceIfIdle, Judge(ClientStanding.ByBuild, s_newer, VersionPolicy.MatchClient));
        Assert.Equal(VersionVerdict.ReplaceIfIdle, Judge(ClientStanding.ByBuild, s_older, VersionPolicy.MatchClient));
    }

    [Fact]
    public void Standing_follows_from_what_is_on_disk()
    {
        string program = _folder["tool"];
        File.WriteAllText(program, "one");
        ProgramFiles started = ProgramFiles.At(program);
        VersionRules rules = Rules(started);
        Assert.Equal(ClientStanding.SameFiles, rules.StandingOf(Hello(started)));
        Assert.Equal(ClientStanding.ByBuild, rules.StandingOf(Hello(started) with { IsProgramBuild = true }));

        File.WriteAllText(program, "another");
        ProgramFiles now = ProgramFiles.At(program);
        Assert.Equal(ClientStanding.Current, rules.StandingOf(Hello(now)));
        Assert.Equal(ClientStanding.ByBuild, rules.StandingOf(Hello(now) with { ProgramPath = "/elsewhere" }));
        Assert.Equal(ClientStanding.ByBuild, rules.StandingOf(Hello(now) with { ProgramFiles = 12345 }));
        Assert.Equal(ClientStanding.Outdated, rules.StandingOf(Hello(now) with { IsOutdated = true }));
        Assert.Equal(ClientStanding.ByBuild, rules.StandingOf(new Hello()));
    }

    /// <remarks>A touch and a rebuild cost the daemon its warmth: tests had changed what they wrote.</remarks>
    [Fact]
    public void Files_that_were_written_anew_with_the_same_bytes_are_the_daemons_own_once_it_knows_what_was_in_them()
    {
        string path = _folder["tool"];
        File.WriteAllText(path, "one");
        var program = new RunningProgram(ProgramFiles.At(path));
        VersionRules rules = Rules(program);
        ProgramFiles touched = Rewrite("one");
        Assert.Equal(ClientStanding.Current, rules.StandingOf(Hello(touched)));

        program = new RunningProgram(touched);
        program.NoteContents();
        rules = Rules(program);
        touched = Rewrite("one");
        Assert.Equal(ClientStanding.SameFiles, rules.StandingOf(Hello(touched)));
        Assert.Equal(touched, program.Files);
        Assert.Equal(ClientStanding.Current, rules.StandingOf(Hello(Rewrite("two"))));
        Assert.Equal(ClientStanding.SameFiles, rules.StandingOf(Hello(Rewrite("one"))));

        ProgramFiles Rewrite(string text)
        {
            File.WriteAllText(path + "~", text);
            File.Move(path + "~", path, overwrite: true);
            return ProgramFiles.At(path);
        }
    }

    /// <summary>What is at the daemon's path now is what its user means to run. An outdated client, such as an editor, is served for as long as both understand each other.</summary>
    [Theory]
    [InlineData("ByBuild", true)]
    [InlineData("SameFiles", true)]
    [InlineData("Outdated", true)]
    [InlineData("Current", false)]
    public void Methods_with_common_fingerprints_are_served_unless_the_client_runs_what_is_at_the_path_now(string standing, bool isServed)
    {
        var contract = new ContractIdentity("id", "contract", s_ours, s_program) { Methods = new MethodTable(static () => [new MethodForm(1, 1, 0, 100), new MethodForm(2, 2, 0, 200)]) };
        var rules = new VersionRules(contract, new RunningProgram(default));
        var hello = new Hello { Build = s_older, Methods = [100, 300] };

        Assert.Equal(isServed ? [100] : [], rules.CommonWith(hello, Enum.Parse<ClientStanding>(standing)));
        Assert.Equal(isServed, rules.Understands(hello, Enum.Parse<ClientStanding>(standing), method: 1));
        Assert.False(rules.Understands(hello, Enum.Parse<ClientStanding>(standing), method: 2));
    }

    private static Hello Hello(ProgramFiles files) => new() { ProgramPath = files.Path, ProgramFiles = files.Digest };

    private static VersionVerdict Judge(ClientStanding standing, BuildIdentity client, VersionPolicy policy = VersionPolicy.NewerWins) =>
        Rules(default(ProgramFiles)).Judge(new Hello { Policy = policy }, standing, client);

    private static VersionRules Rules(ProgramFiles files) => Rules(new RunningProgram(files));

    private static VersionRules Rules(RunningProgram program) => new(new ContractIdentity("id", "contract", s_ours, s_program), program);
}
