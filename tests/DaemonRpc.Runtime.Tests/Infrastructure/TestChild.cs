using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using DaemonRpc.Launch;
using DaemonRpc.Platform;
using DaemonRpc.Program;

namespace DaemonRpc.Runtime.Tests.Infrastructure;

/// <summary>The test program once more, as another process that does one thing, says so, and holds on until told to end.</summary>
internal sealed class TestChild : IDisposable
{
    private const string Command = "RUNTIME_TESTS_CHILD";
    private const string Subject = "RUNTIME_TESTS_CHILD_SUBJECT";

    private readonly Process _process;

    private TestChild(Process process, string answer)
    {
        _process = process;
        Answer = answer;
    }

    public int Id => _process.Id;

    public bool HasEnded => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>The line that the child said when it had done what it was asked.</summary>
    public string Answer { get; }

    public static async Task<TestChild> StartAsync(string command, string subject)
    {
        LaunchProgram self = LaunchProgram.This;
        var start = new ProcessStartInfo(self.Path, self.Arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment[Command] = command;
        start.Environment[Subject] = subject;
        Process process = Process.Start(start)!;
        string? answer = await process.StandardOutput.ReadLineAsync().Soon();
        return new TestChild(process, answer ?? "");
    }

    /// <summary>Lets it end by itself.</summary>
    public void End()
    {
        _process.StandardInput.Close();
        WaitForEnd();
    }

    public void Kill()
    {
        _process.Kill();
        WaitForEnd();
    }

    /// <summary>Waits until it has ended, by whoever's doing.</summary>
    public void WaitForEnd() => Assert.True(_process.WaitForExit(Patience.Limit));

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    /// <summary>Runs before the test platform does, in every process of this program.</summary>
    [ModuleInitializer]
    internal static void BecomeChild()
    {
        if (Environment.GetEnvironmentVariable(Command) is { } command)
        {
            Run(command, Environment.GetEnvironmentVariable(Subject)!);
            Environment.Exit(0);
        }
    }

    private static void Run(string command, string subject)
    {
        switch (command)
        {
            case "record-lock":
                using (RecordLock held = RecordLock.Acquire(subject))
                {
                    HoldOn("held");
                }

                break;

            case "record-lock-read":
                using (RecordLock held = RecordLock.Acquire(subject))
                {
                    File.OpenRead(subject).Dispose();
                    HoldOn("held");
                }

                break;

            case "record-lock-given-to-child" or "record-lock-beside-child":
                using (RecordLock held = RecordLock.Acquire(subject))
                {
                    // As long as it is set, no child gets the descriptor.
                    _ = LibC.FileControl(held.Descriptor, Constants.SetDescriptorFlags, command == "record-lock-beside-child" ? Constants.CloseOnExec : 0);
                    HoldOn($"{Process.Start("/bin/sleep", "1000").Id}");
                }

                break;

            case "probe-record-lock":
                HoldOn($"{RecordLock.Probe(subject)}, {(RecordLock.Probe(subject).IsNamedByKernel ? "named by the kernel" : "named by itself")}");
                break;

            case "life-lock":
                HoldOn(InstanceLock.TryAcquire(subject, subject + ".sock", TimeSpan.Zero, out InstanceLock? life, out LockHolder holder) ? "held" : $"{holder}");
                life?.Dispose();
                break;

            case "kernel-name":
                HoldOn(KernelName.TryTake(subject, out KernelName? name) ? "held" : $"{KernelName.Probe(subject)}");
                name?.Dispose();
                break;

            case "exec-in-place-fails":
                HoldOn(CloseWhereExecFailed(subject));
                break;

            case "file-lock":
                using (FileLock held = FileLock.Acquire(subject, Patience.Limit, CancellationToken.None)!)
                {
                    HoldOn("held");
                }

                break;

            case "try-record-lock":
                HoldOn(RecordLock.TryAcquire(subject, out _) ? "held" : "refused");
                break;

            case "kernel-deadline":
                KernelDeadline.Arm(TimeSpan.FromMilliseconds(1300));
                HoldOn("armed");
                break;

            case "kernel-deadline-of-successor":
                KernelDeadline.ArmSuccessor(TimeSpan.FromMilliseconds(1300));
                Console.WriteLine("armed");
                _ = ExecInPlace.Run("/bin/cat", [], [], []);
                break;

            case "kernel-deadline-disarmed":
                KernelDeadline.ArmSuccessor(TimeSpan.FromMinutes(1));
                uint armed = SecondsOfAlarm(60);
                KernelDeadline.Disarm();
                HoldOn($"{armed} {SecondsOfAlarm(0)}");
                break;

            case "silent-callers" or "silent-watchers":
                HoldOn($"{SilentConnections.Measure(watch: command == "silent-watchers", most: int.Parse(subject, CultureInfo.InvariantCulture))}");
                break;

            case "ancestry":
                HoldOn(Tasks.AncestryTests.TellOfPublishing());
                break;

            case "ancestry-of-yields":
                HoldOn(Tasks.AncestryTests.TellOfGivingWay());
                break;

            case "fuzz":
                HoldOn(RunInAnotherCopy(typeof(Fuzzing.FuzzRun), nameof(Fuzzing.FuzzRun.Run), subject));
                break;

            case "hold-on":
                HoldOn("here");
                break;

            default:
                HoldOn("unknown command");
                break;
        }
    }

    /// <summary>Calls a method of this assembly, loaded once more: as long as this one is being initialised, its other threads may have to wait.</summary>
    private static string RunInAnotherCopy(Type type, string method, string subject)
    {
        Environment.SetEnvironmentVariable(Command, null);
        Assembly copy = new AssemblyLoadContext(type.Name).LoadFromAssemblyPath(type.Assembly.Location);
        return (string)copy.GetType(type.FullName!)!.GetMethod(method)!.Invoke(null, [subject])!;
    }

    /// <summary>Has a thread fail to become another program, and then close what was to be handed over. Tells whether other threads have it still.</summary>
    private static string CloseWhereExecFailed(string file)
    {
        int descriptor = LibC.Open(file, Constants.OpenReadWrite | Constants.OpenCreate | Constants.OpenCloseOnExec, 0x180);
        int[] descriptors = [descriptor];
        var thread = new Thread(() =>
        {
            _ = ExecInPlace.Run("/nowhere", [], [], descriptors);
            _ = LibC.Close(descriptor);
        });
        thread.Start();
        thread.Join();
        return FileIdentity.OfDescriptor(descriptor) is null ? "closed" : "open";
    }

    /// <summary>Sets the alarm, and returns in how many seconds it would have come.</summary>
    [System.Runtime.InteropServices.DllImport("libc", EntryPoint = "alarm")]
    private static extern uint SecondsOfAlarm(uint seconds);

    private static void HoldOn(string answer)
    {
        Console.WriteLine(answer);
        _ = Console.In.ReadToEnd();
    }
}
