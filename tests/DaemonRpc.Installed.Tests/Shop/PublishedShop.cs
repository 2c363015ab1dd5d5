namespace DaemonRpc.Installed.Tests.Shop;

/// <summary>The stranger's programs, published once for all tests of a class.</summary>
public abstract class PublishedShop : IDisposable
{
    private readonly PublishedProgram _program;
    private readonly PublishMode _mode;
    private readonly Lazy<TestProject> _tool;
    private readonly Lazy<Exception?> _failure;

    private protected PublishedShop(PackedPackage package, PublishMode mode)
    {
        _mode = mode;
        _program = new PublishedProgram(package);
        _tool = new Lazy<TestProject>(() => ShopSolution.Write(_program.Solution));
        _failure = new Lazy<Exception?>(() => Record.Exception(() =>
        {
            _ = _tool.Value;
            _program.Publish(mode, "Checks");
            if (mode == PublishMode.Native)
            {
                // Otherwise the tool comes with the test project that references it.
                _program.Publish(mode, "App");
            }
        }));
    }

    public void Dispose()
    {
        _program.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs the test project, which does all that the tool does, with daemons of this run alone.</summary>
    internal string[] RunChecks(params string[] arguments) => Run("Checks", arguments);

    /// <summary>Runs the tool itself, which is its own entry assembly.</summary>
    internal string[] RunTool(params string[] arguments) => Run("App", arguments);

    /// <summary>Runs the tool, edits it, publishes it to the same place while its daemon runs, and runs it twice more.</summary>
    /// <returns>What the three runs wrote.</returns>
    internal string[][] RunToolAroundEdit(Action<TestProject> edit, params string[] arguments)
    {
        ThrowIfFailed();
        var runs = new List<string[]>();
        _program.RunSeveral("App", run =>
        {
            runs.Add(Lines(run(arguments)));
            edit(_tool.Value);
            _program.Publish(_mode, "App");
            runs.Add(Lines(run(arguments)));
            runs.Add(Lines(run(arguments)));
        });
        return [.. runs];
    }

    private string[] Run(string program, string[] arguments)
    {
        ThrowIfFailed();
        return Lines(_program.RunOther(program, arguments));
    }

    private void ThrowIfFailed()
    {
        if (_failure.Value is { } failure)
        {
            throw failure;
        }
    }

    private static string[] Lines(CommandRun ended)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(ended.Succeeded().ToString());
        return ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}

/// <summary>As native code.</summary>
public sealed class NativeShop(PackedPackage package) : PublishedShop(package, PublishMode.Native);

/// <summary>As programs that are compiled as they run.</summary>
public sealed class JitShop(PackedPackage package) : PublishedShop(package, PublishMode.Jit);
