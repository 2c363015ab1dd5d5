using System.Diagnostics;
using System.Globalization;
using System.Text;
using DaemonRpc.Framing;

namespace DaemonRpc.Runtime.Tests.Fuzzing;

/// <summary>Tries the corpus, the seeds and their mutations against one target, in a process of its own.</summary>
internal sealed class FuzzRun : IDisposable
{
    // After so many inputs everything is ended, and what is left is looked at.
    private const int BatchSize = 100;

    private static readonly TimeSpan s_minimising = TimeSpan.FromSeconds(30);

    private readonly FuzzOrder _order;
    private readonly FuzzTarget _target;
    private readonly FuzzWatch _watch = new();
    private readonly List<(FuzzInput Input, FuzzEnd End)> _batch = [];
    private readonly HashSet<string> _outcomes = [];
    private readonly FileStream _current;
    private long _inputs;

    private FuzzRun(FuzzOrder order)
    {
        _order = order;
        _target = FuzzTarget.Create(order.Target);
        _current = new FileStream(order.CurrentFile, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
    }

    /// <summary>Runs as ordered, and returns a report whose first word is <c>passed</c> or <c>failed</c>.</summary>
    public static string Run(string order)
    {
        using var run = new FuzzRun(FuzzOrder.Parse(order));
        return run.Run();
    }

    public void Dispose()
    {
        _target.Dispose();
        _current.Dispose();
    }

    private string Run()
    {
        FuzzInput[] corpus = [.. FuzzOrder.Corpus.Where(input => input.Target == _target.Name)];
        FuzzInput[] bases = [.. _target.Seeds.Select(static seed => seed.Input), .. corpus];
        try
        {
            // What is created once for all. It must not count as left.
            foreach (FuzzSeed seed in _target.Seeds)
            {
                if (FailureOf(seed.Input, FuzzEnd.Lingers, out _) is { } failure)
                {
                    throw new FuzzFailure($"The honest seed '{seed}': {failure}");
                }
            }

            _target.Rest();
            _watch.Settle();
            foreach ((FuzzInput input, FuzzEnd end) in bases.SelectMany(static input => Enum.GetValues<FuzzEnd>().Select(end => (input, end))))
            {
                Try(input, end);
            }

            long start = Stopwatch.GetTimestamp();
            for (int number = 0; Stopwatch.GetElapsedTime(start).TotalSeconds < _order.Seconds; number++)
            {
                // Each input depends on the seed and its number alone.
                var random = new Random(unchecked((_order.Seed * 1_000_003) + number));
                FuzzInput input = new Mutator(random, bases).Mutate(bases[random.Next(bases.Length)]);
                Try(input, (FuzzEnd)random.Next(3));
            }

            EndBatch();
        }
        catch (FuzzFailure failure)
        {
            return $"failed\n{failure.Message}";
        }

        return string.Create(CultureInfo.InvariantCulture, $"passed {_inputs} inputs, {_outcomes.Count} outcomes");
    }

    private void Try(FuzzInput input, FuzzEnd end)
    {
        Note(input);
        _inputs++;
        _batch.Add((input, end));
        if (FailureOf(input, end, out string? outcome) is { } failure)
        {
            throw Failed(input, end, failure);
        }

        if (_outcomes.Add($"{input.Scenario} {outcome}") && _order.Keep.Length > 0)
        {
            File.WriteAllText(Path.Combine(_order.Keep, $"{_target.Name}-{_outcomes.Count:0000}.txt"), $"# {outcome}\n{input}");
        }

        if (_batch.Count == BatchSize)
        {
            EndBatch();
        }
    }

    /// <summary>Looks at what a batch has left, and if it is something, at what each of its inputs leaves.</summary>
    private void EndBatch()
    {
        if (RestFailure() is { } failure)
        {
            foreach ((FuzzInput input, FuzzEnd end) in _batch)
            {
                _watch.Settle();
                if (WholeFailureOf(input, end) is { } own)
                {
                    throw Failed(input, end, own);
                }
            }

            throw new FuzzFailure($"{failure}\nNone of the last {_batch.Count} inputs does that alone. The last:\n{_batch[^1].Input}");
        }

        _batch.Clear();
    }

    private string? FailureOf(FuzzInput input, FuzzEnd end, out string? outcome)
    {
        outcome = null;
        string? failure = null;
        try
        {
            _watch.Begin();
            outcome = _target.Run(input, end);
            _watch.CheckAllocation(input);
        }
#pragma warning disable CA1031 // Whatever it is, it is a failure of the input, which is reported with it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            failure = $"{exception}";
        }

        return _watch.TakeUncaught() ?? failure;
    }

    private string? RestFailure()
    {
        try
        {
            _target.Rest();
            _watch.CheckRest();
            return _watch.TakeUncaught();
        }
#pragma warning disable CA1031 // As above.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return _watch.TakeUncaught() ?? $"{exception}";
        }
    }

    private string? WholeFailureOf(FuzzInput input, FuzzEnd end)
    {
        string? failure = FailureOf(input, end, out _);
        return RestFailure() is { } rest && failure is null ? rest : failure;
    }

    private FuzzFailure Failed(FuzzInput input, FuzzEnd end, string failure)
    {
        _ = RestFailure();
        FuzzInput smaller = Minimised(input, end);
        var text = new StringBuilder();
        _ = text.Append(CultureInfo.InvariantCulture, $"DAEMONRPC_FUZZ_SEED={_order.Seed}, input {_inputs} of the target '{_target.Name}', whose hostile end {end.ToString().ToLowerInvariant()}:\n{failure}\n");
        _ = text.Append(CultureInfo.InvariantCulture, $"The input, made smaller from {input.Steps.Count} steps with {input.Length} bytes; a file in Fuzzing/Corpus keeps it:\n{smaller}");
        return new FuzzFailure(text.ToString());
    }

    /// <summary>Leaves out steps, descriptors and halves of frames as long as the input still fails.</summary>
    private FuzzInput Minimised(FuzzInput input, FuzzEnd end)
    {
        long start = Stopwatch.GetTimestamp();
        FuzzLimits.Wait = FuzzLimits.ShortWait;
        for (bool isSmaller = true; isSmaller;)
        {
            isSmaller = false;
            foreach (FuzzInput candidate in Smaller(input))
            {
                if (Stopwatch.GetElapsedTime(start) > s_minimising)
                {
                    return input;
                }

                _watch.Settle();
                if (WholeFailureOf(candidate, end) is not null)
                {
                    (input, isSmaller) = (candidate, true);
                    break;
                }
            }
        }

        return input;
    }

    private static IEnumerable<FuzzInput> Smaller(FuzzInput input)
    {
        for (int at = input.Steps.Count - 1; at >= 0; at--)
        {
            yield return input with { Steps = [.. input.Steps.Where((_, index) => index != at)] };
        }

        for (int at = 0; at < input.Steps.Count; at++)
        {
            FuzzStep step = input.Steps[at];
            if (step.Passed.Length > 0)
            {
                yield return With(step with { Passed = step.Passed[1..] });
            }

            if (step.Bytes.Length > FrameHeader.Size)
            {
                yield return With(step with { Bytes = step.Bytes[..^((step.Bytes.Length - FrameHeader.Size + 1) / 2)] });
            }

            FuzzInput With(FuzzStep other) => input with { Steps = [.. input.Steps.Select((same, index) => index == at ? other : same)] };
        }
    }

    // Read by the process that ordered the run if this one dies.
    private void Note(FuzzInput input)
    {
        byte[] text = Encoding.UTF8.GetBytes(input.ToString());
        _current.Position = 0;
        _current.Write(text);
        _current.SetLength(text.Length);
    }
}

/// <summary>An input that failed.</summary>
internal sealed class FuzzFailure(string message) : Exception(message);
