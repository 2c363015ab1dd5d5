using DaemonRpc.BuildTasks.Tests.Shapes;

namespace DaemonRpc.BuildTasks.Tests.Shop;

/// <summary>The stranger's programs, published once for all tests of a class.</summary>
public abstract class PublishedShop : IDisposable
{
    private readonly PublishedProgram _program;
    private readonly Lazy<Exception?> _failure;

    private protected PublishedShop(PackedPackage package, PublishMode mode)
    {
        _program = new PublishedProgram(package);
        _failure = new Lazy<Exception?>(() => Record.Exception(() =>
        {
            _ = ShopSolution.Write(_program.Solution);
            _program.Publish(mode, "Checks");
        }));
    }

    public void Dispose()
    {
        _program.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs the test project, which does all that the tool does, with daemons of this run alone.</summary>
    internal string[] RunChecks(params string[] arguments) => Run("Checks", arguments);

    /// <summary>Runs the tool itself, which is published with the test project, but not as native code.</summary>
    internal string[] RunTool(params string[] arguments) => Run("App", arguments);

    private string[] Run(string program, string[] arguments)
    {
        if (_failure.Value is { } failure)
        {
            throw failure;
        }

        CommandRun ended = _program.RunOther(program, arguments).Succeeded();
        TestContext.Current.TestOutputHelper?.WriteLine(ended.ToString());
        return ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}

/// <summary>As native code.</summary>
public sealed class NativeShop(PackedPackage package) : PublishedShop(package, PublishMode.Native);

/// <summary>As programs that are compiled as they run.</summary>
public sealed class JitShop(PackedPackage package) : PublishedShop(package, PublishMode.Jit);
